"""Collected rows, and how fresh they are."""
