"""The door in front of Temporal's Web UI, which asks nobody who they are: our own pages only (docs/adr/0036)."""
