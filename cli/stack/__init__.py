"""`clawdbot up` and its demo."""
