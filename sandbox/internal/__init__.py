"""A local internal API: takes JSON at any path, and acts once per Idempotency-Key."""
