"""`clawdbot alerts`."""
