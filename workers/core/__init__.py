"""The trusted process: relay, workflow worker, mirror activities, reconciler and watcher."""
