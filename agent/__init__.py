"""Scanning, scoring, budgeting and planning as plain functions. Nothing yet: the agent is not built (see README)."""
