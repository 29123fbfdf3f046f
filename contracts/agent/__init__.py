"""The agent: its policy and budget, its work, what the API answers about it."""
