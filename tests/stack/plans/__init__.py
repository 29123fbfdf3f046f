"""Plans on the real stack."""
