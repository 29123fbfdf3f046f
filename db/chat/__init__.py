"""Tables of the chat bots: received updates, linked accounts, followed tasks."""
