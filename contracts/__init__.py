"""Names and shapes everybody shares. Imports nothing else of ours, and nothing heavy."""
