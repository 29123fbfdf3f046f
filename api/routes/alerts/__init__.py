"""Routes about alerts and notifications."""
