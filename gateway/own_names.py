"""The names that a worker makes up by itself: its instances and its control queues. Temporal keeps each for a while.

An honest worker has one instance for each capability and process, and a control queue for each process; all are new
when it starts. Without a limit one key could fill Temporal's memory (*measured*: 360 MB with 800 heartbeats).
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

#: New names of one key within the window. A worker with fourteen capabilities that dies every half minute has 300.
MOST_NEW = 500
_MOST_KEPT = 2 * MOST_NEW
_WINDOW_SECONDS = 600.0
#: Longest name that is one: SDKs use UUIDs, and put the namespace before that of a queue.
_LONGEST = 500


@dataclass
class _Names:
    #: Name -> when it was heard of last, the longest silent first.
    heard: OrderedDict[str, float] = field(default_factory=OrderedDict)
    #: When the newest ones were heard of for the first time.
    new: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_NEW))


class OwnNames:
    """In memory, by worker. A restarted gateway learns them anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: Only workers whose key was found valid get in here.
        self._of: dict[str, _Names] = {}
        #: Name -> the worker that was heard to use it first.
        self._owners: dict[str, str] = {}

    def admit(self, worker_id: str, name: str) -> bool:
        """Whether the worker may go by this name: it did so already, or it is nobody's and not one of too many."""
        if not name or len(name) > _LONGEST or self._owners.get(name, worker_id) != worker_id:
            return False
        own, now = self._of.setdefault(worker_id, _Names()), self._clock()
        if name not in own.heard:
            if len(own.new) == MOST_NEW and now - own.new[0] < _WINDOW_SECONDS:
                return False
            self._forget(own, now)
            own.new.append(now)
            self._owners[name] = worker_id
        own.heard[name] = now
        own.heard.move_to_end(name)
        return True

    def _forget(self, own: _Names, now: float) -> None:
        while own.heard:
            name, at = next(iter(own.heard.items()))
            if len(own.heard) < _MOST_KEPT and now - at < _WINDOW_SECONDS:
                return
            del own.heard[name]
            self._owners.pop(name, None)
