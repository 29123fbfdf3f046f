"""`clawdbot users`, `keys`, `audit` and `telegram`."""
