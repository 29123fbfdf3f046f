"""Shapes of the routes that speak as the ClawBot Coordinator does (docs/coordinator.md)."""
