"""`clawdbot plans`."""
