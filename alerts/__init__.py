"""Decides what is worth an alert and which messages are due: plain functions of facts and a clock, no I/O."""
