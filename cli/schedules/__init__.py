"""`clawdbot schedules`: what runs by the clock."""
