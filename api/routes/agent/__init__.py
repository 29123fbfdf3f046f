"""Routes about the agent."""
