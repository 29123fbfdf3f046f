"""The routes of the coordinator, without core, gateway and bots."""
