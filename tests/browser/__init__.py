"""The dashboard as a person has it: a real Chromium on a real stack."""
