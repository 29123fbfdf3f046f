"""Scanning, scoring and, one day, planning: plain functions without I/O. Imports contracts only; see docs/agent.md."""
