"""The chat bots. Telegram is the one there is."""
