"""A local Reddit: OAuth for applications, subreddit listings and search."""
