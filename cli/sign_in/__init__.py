"""Signing in to a ClawdBot, and which one is meant."""
