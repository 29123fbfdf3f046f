"""X's search."""
