"""Schedules on a real Temporal."""
