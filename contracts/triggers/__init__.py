"""Triggers: shapes of hooks, of our own events, and of what they set off."""
