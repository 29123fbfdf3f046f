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

    @property
    def words(self) -> str:
        """What people read, on the command line, in chats and messages, and with a capital letter on the page."""
        return self.value

    @property
    def means(self) -> str:
        """For somebody who reads the word for the first time."""
        return _MEANS[self.value]


_MEANS = {
    "offline": "it was stopped, or nothing is heard of it",
    "paused": "a person paused it: it gets nothing new",
    "draining": "it is about to stop: it finishes what it has, and gets nothing new",
    "deaf": "connected, but tasks do not reach it: restart it",
    "busy": "connected, with at least one task",
    "idle": "connected, with nothing to do",
}


class CapabilityState(StrEnum):
    """Whether the tasks of a capability are handed out."""

    RUNNING = "running"
    #: By a person.
    PAUSED = "paused"
    #: Its source failed too often.
    CIRCUIT_OPEN = "circuit_open"

    @property
    def words(self) -> str:
        """As `WorkerState.words`. What "runs" is a task: a capability flows."""
        return {"running": "flowing", "circuit_open": "circuit open"}.get(self.value, self.value)


def state_words(states: type[WorkerState] | type[CapabilityState], told: str) -> str:
    """The words of a state that an API told, which may be a later version's."""
    return states(told).words if told in set(states) else told.replace("_", " ")


#: Canaries in a row that must be missed before a worker is called deaf.
DEAF_AFTER_MISSES = 2
#: Tasks in a row that it was handed and never began.
DEAF_AFTER_LOST = 3
