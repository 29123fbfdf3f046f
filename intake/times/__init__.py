"""Reads what a sentence says of time: days, hours, spans, zones and repetition."""
