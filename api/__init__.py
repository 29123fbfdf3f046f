"""The facade: HTTP API, its services and events, and the gateway for workers."""
