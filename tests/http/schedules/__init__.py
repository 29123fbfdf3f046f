"""Schedules, by their routes and by what happens when they are due."""
