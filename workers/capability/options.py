"""Options of `clawdbot start`, and the errors that refuse them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

#: A worker that is told to stop gives its tasks this long before it hands them back.
GRACE_SECONDS = 30.0
#: How often it asks what it may do, and whether it is still heard.
CHECK_SECONDS = 15.0


class WorkerRefused(Exception):
    """The worker cannot start as asked; the message says what to do."""


@dataclass(frozen=True)
class WorkerOptions:
    """What a person says when starting a worker."""

    api_url: str
    api_key: str = field(repr=False)
    #: Empty: all that the key allows and this version can do.
    capabilities: Sequence[str] = ()
    #: Tasks at once over all capabilities; None, or more than that: as registered.
    concurrency: int | None = None
    grace_seconds: float = GRACE_SECONDS
    check_seconds: float = CHECK_SECONDS

    def slots(self, max_concurrency: int) -> int:
        """Tasks at once of a worker that is registered for so many. The gateway hands out no more than those."""
        return min(self.concurrency or max_concurrency, max_concurrency)
