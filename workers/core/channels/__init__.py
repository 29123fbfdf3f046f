"""How messages get to channels."""
