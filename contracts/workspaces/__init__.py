"""Workspaces: their names, request bodies and answers."""
