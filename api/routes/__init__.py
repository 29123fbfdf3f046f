"""HTTP routes: they read the request, call a service in one transaction, and answer."""
