"""Alert rules and digests."""
