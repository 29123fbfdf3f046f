"""Routes about collected rows, their freshness, and tickers."""
