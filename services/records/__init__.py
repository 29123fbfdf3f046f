"""Storing, reading and exporting collected rows; the watchlist."""
