"""The agent's use cases: what core has it do, and what people ask of it. Called by core and by the routes."""
