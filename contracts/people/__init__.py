"""People and keys: request bodies and answers."""
