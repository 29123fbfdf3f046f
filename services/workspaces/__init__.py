"""Workspaces: what each may, and who belongs to it."""
