"""Alerts, notifications and digests: rules, channels, messages."""
