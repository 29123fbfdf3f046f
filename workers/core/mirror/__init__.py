"""Keeps rows equal to what Temporal knows, also when somebody works on the Temporal side."""
