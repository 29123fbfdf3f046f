"""Routes of figures, for people and for Prometheus."""
