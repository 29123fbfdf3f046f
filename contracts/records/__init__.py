"""Collected rows, and the tickers and sources that they are about."""
