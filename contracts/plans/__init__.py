"""Plans: what depends on what. `plan.py` is the document; the package `plans` checks it and decides what comes next."""
