"""`clawdbot triggers`: what begins because something happened."""
