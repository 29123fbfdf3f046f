"""Deterministic code only. Imports contracts and nothing else of ours."""
