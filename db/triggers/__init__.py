"""Triggers, what was delivered to them, and events that are not looked at yet, as rows."""
