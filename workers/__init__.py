"""Entry points: core, the capability worker, and the embedded stack that runs everything on one machine."""
