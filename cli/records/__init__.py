"""`clawdbot records`, `freshness` and `tickers`."""
