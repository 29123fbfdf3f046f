"""What tests of all folders build on."""
