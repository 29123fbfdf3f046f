"""`clawdbot workers`, `start`, `doctor`, and the queues."""
