"""A news site with feeds."""
