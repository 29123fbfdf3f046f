"""Triggers: writing them, taking what is delivered, looking at our own events, how they are shown."""
