"""Workspaces: their rows, their members, and how much of its limits each uses."""
