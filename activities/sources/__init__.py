"""Clients of the outside sources. Each sends a request once; who calls decides whether to send it again."""
