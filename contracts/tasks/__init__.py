"""Tasks: request bodies, answers, and what travels through Temporal."""
