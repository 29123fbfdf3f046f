"""Feeds, pages and sites of the open web, fetched through a guard."""
