"""Bots, workflows and tasks of the coordinator: its routes on plans, workers and tasks (docs/coordinator.md)."""
