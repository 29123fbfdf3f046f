"""A local SEC EDGAR: tickers, submissions with older pages, primary documents."""
