"""`clawdbot alerts`, `notifications` and `digest`."""
