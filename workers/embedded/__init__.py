"""`clawdbot up`: a real Temporal, a real Postgres and all our processes on one machine, without Docker."""
