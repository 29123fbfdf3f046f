"""Plans: submitted, advanced, steered and shown."""
