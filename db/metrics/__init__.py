"""Roll-ups, and the questions that the metrics routes ask of them."""
