"""Measurements on the real stack. Ratios come from one run on one server; nothing here asserts."""
