"""People and keys: what callers send and what they are answered."""
