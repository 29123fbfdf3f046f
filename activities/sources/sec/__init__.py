"""The SEC's EDGAR."""
