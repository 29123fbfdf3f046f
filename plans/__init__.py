"""Checks plans and decides what they do next: plain functions, testable without Temporal and without a database."""
