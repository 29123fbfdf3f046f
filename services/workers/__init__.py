"""Registering and steering workers and queues."""
