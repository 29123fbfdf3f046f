"""What the chat bots keep: received updates, linked accounts, followed tasks."""
