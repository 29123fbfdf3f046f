"""`clawdbot tasks`, `add`, `parse`, `types` and `new-task`."""
