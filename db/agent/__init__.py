"""The agent's state, ledger and figures."""
