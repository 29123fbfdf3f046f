"""Answers of the metrics routes."""
