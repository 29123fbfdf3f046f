"""`clawdbot metrics`."""
