"""Decides which capabilities a worker can serve right now, and logs why it cannot serve others."""

import logging
from collections.abc import Collection, Mapping, Sequence

from contracts.names import capability_of_queue
from contracts.workers.views import BootstrapView
from workers.capability.bootstrap import allowed
from workers.capability.readiness import far_away, out_of_reach, unready

logger = logging.getLogger(__name__)


class Capabilities:
    """What is wanted, granted, equipped with credentials, and in reach of its source."""

    def __init__(self, wanted: Sequence[str]) -> None:
        """``wanted``: empty for all that is granted."""
        self._wanted = wanted
        self._told: dict[str, str] = {}

    def equipped(self, granted: BootstrapView) -> list[str]:
        """What has its credentials in this environment: a queue that cannot be worked on is left to others."""
        chosen = allowed(self._wanted, granted)
        missing = unready(chosen)
        return [name for name in chosen if name not in missing]

    @staticmethod
    def queues(granted: BootstrapView, capabilities: Collection[str]) -> list[str]:
        """The task queues through which tasks of these come: of a workspace of their own, too."""
        asked = granted.capabilities if granted.queues is None else granted.queues
        return [queue for queue in asked if capability_of_queue(queue) in capabilities]

    def at_hand(self, granted: BootstrapView) -> list[str]:
        """What of it needs to reach nothing: nobody has to wait until the others' sources have been tried."""
        equipped = self.equipped(granted)
        distant = far_away(equipped)
        return [name for name in equipped if name not in distant]

    async def takeable(self, granted: BootstrapView, taken: Collection[str]) -> list[str]:
        """What can be begun with right now; the log says what not, and why, whenever that changes."""
        chosen = [name for name in allowed(self._wanted, granted) if name not in taken]
        missing = unready(chosen)
        equipped = [name for name in chosen if name not in missing]
        distant = await out_of_reach(equipped)
        self._tell({**missing, **{name: f"{why} It is tried again." for name, why in distant.items()}})
        return [name for name in equipped if name not in distant]

    def _tell(self, lacking: Mapping[str, str]) -> None:
        for name, why in lacking.items():
            if self._told.get(name) != why:
                logger.warning("does not take %s: %s", name, why, extra={"capability": name})
        self._told = dict(lacking)
