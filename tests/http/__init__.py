"""What needs the API and a database alone: the real app in this process, over a database of its own."""
