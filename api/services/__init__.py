"""The use cases. Routes call them (dashboard and bot will too). Each runs inside the caller's transaction."""
