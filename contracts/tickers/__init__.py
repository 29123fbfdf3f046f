"""Tickers: how they are written, and what mentions them."""
