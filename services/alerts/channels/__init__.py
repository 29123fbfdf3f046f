"""Senders of messages to channels."""
