"""A local Reddit, SEC EDGAR and news site, for trying out without accounts and for the tests.

Real clients (PRAW, httpx) work against it unchanged. It imports nothing else of ours.
"""
