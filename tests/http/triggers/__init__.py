"""Triggers: hooks that others call, and our own events."""
