"""Workers in any language: HTTP and WebSocket in front of the gateway, with the worker's own key."""
