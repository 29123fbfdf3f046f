"""Tests on the real stack: real Temporal, real Postgres, gateway, workers as processes, all through the public API."""
