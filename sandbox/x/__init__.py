"""A local X: recent search over the cashtags of the companies."""
