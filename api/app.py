"""The app: every router, every error, and what lives as long as the process."""
