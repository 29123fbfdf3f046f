"""Tasks: what callers send, what they are answered, what travels through Temporal."""
