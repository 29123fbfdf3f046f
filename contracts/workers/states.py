"""The states of a worker, and when one counts as deaf."""

from enum import StrEnum


class WorkerState(StrEnum):
    """Where a worker stands, the gravest that applies."""

    #: Not there.
    OFFLINE = "offline"
    #: A person said that it gets nothing new for now.
    PAUSED = "paused"
    #: It said that it stops, or a person did: finishes what it has, takes nothing new.
    DRAINING = "draining"
    #: Alive, but tasks that are handed to it do not reach it.
    DEAF = "deaf"
    #: Holds tasks.
    BUSY = "busy"
    #: There, with nothing to do.
    IDLE = "idle"


#: Canaries in a row that must be missed before a worker is called deaf.
DEAF_AFTER_MISSES = 2
#: Tasks in a row that it was handed and never began.
DEAF_AFTER_LOST = 3
