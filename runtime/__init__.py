"""Shared plumbing of the server processes: signals, logging, a health endpoint, failpoints."""
