"""Schedules, their runs, and words to Temporal about them, as rows."""
