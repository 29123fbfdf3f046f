"""A week of the agent, simulated: real decisions over a real Postgres, on a clock that is moved by hand."""
