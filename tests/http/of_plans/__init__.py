"""The API about plans, and plans in Postgres."""
