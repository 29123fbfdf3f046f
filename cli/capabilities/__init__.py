"""`clawdbot capabilities`: what waits for each, what holds it back, and holding it back."""
