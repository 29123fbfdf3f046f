"""Plans in Postgres."""
