"""What the metrics routes answer."""
