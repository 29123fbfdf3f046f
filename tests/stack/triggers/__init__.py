"""Triggers on the real stack."""
