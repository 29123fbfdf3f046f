"""Submitting, steering and explaining tasks."""
