"""Who is calling, and what that role may do."""
