"""Routes about plans."""
