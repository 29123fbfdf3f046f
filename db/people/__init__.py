"""People, keys, the audit log, and limits on guessing."""
