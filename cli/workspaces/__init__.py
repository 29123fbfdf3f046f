"""`clawdbot workspaces`."""
