"""The internal API that `api_update` calls."""
