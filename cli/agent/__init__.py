"""`clawdbot agent`."""
