"""Routes of workspaces."""
