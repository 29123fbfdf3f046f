"""Schedules: when they are due, what they then create, and how they are shown."""
