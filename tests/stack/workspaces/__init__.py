"""Workspaces on the real stack."""
