"""Workspaces: quotas, members, and that nothing leaks."""
