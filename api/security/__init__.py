"""Authentication and rights of callers."""
