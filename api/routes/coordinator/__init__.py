"""Routes that speak as the ClawBot Coordinator does, over plans, workers and tasks (docs/coordinator.md)."""
