"""Passwords, tokens, join codes, the audit log."""
