"""What every server process of ours needs around its work: signals and logging, a health endpoint, failpoints."""
