"""Routes about people and keys."""
