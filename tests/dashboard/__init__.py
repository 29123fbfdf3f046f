"""The dashboard: how it is served, built and packed. What a browser does with it is in tests/browser."""
