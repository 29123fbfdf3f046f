"""Schedules: writing them, what happens when one is due, how they are shown."""
