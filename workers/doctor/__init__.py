"""`clawdbot doctor`: why a worker on this machine would, or would not, do its work."""
