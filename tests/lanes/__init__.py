"""`make test`: everything that must hold, in lanes, with what it cost."""
