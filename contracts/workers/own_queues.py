"""The task queues that a worker asks: those of its capabilities, and those that workspaces have of their own.

A workspace has a queue of its own for each capability that some worker offers for it by name: Temporal hands out
whatever stands at the head of a queue, so a worker that must not get the tasks of others cannot share theirs.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from contracts.names import own_queue


@dataclass(frozen=True)
class OwnQueues:
    """Those that there are now."""

    #: (workspace, capability) of each that has a worker which is for its workspace by name.
    of: tuple[tuple[str, str], ...] = ()
    #: Workspaces that only such workers serve.
    closed: frozenset[str] = field(default_factory=frozenset)

    def asked_by(self, capabilities: Iterable[str], serves: Collection[str] | None) -> list[str]:
        """The queues that a worker may ask. ``serves``: the workspaces that it is for; None: all."""
        offered = list(capabilities)
        if serves is not None:
            return [own_queue(workspace, name) for name in offered for workspace in serves]
        shared = ((workspace, name) for workspace, name in self.of if workspace not in self.closed)
        return [*offered, *(own_queue(workspace, name) for workspace, name in shared if name in offered)]

    def lets_serve(self, workspace: str, serves: Collection[str] | None) -> bool:
        """Whether a worker that is for these workspaces may have tasks of this one."""
        return workspace not in self.closed if serves is None else workspace in serves

    def has(self, workspace: str, capability: str) -> bool:
        """Whether tasks of this capability wait in a queue of their workspace's own."""
        return workspace in self.closed or (workspace, capability) in self.of

    def queue_of(self, workspace: str, capability: str) -> str:
        """The queue in which tasks of this capability wait."""
        return own_queue(workspace, capability) if self.has(workspace, capability) else capability

    def queues_of(self, capability: str) -> list[str]:
        """All queues through which tasks of this capability come."""
        return [capability, *(own_queue(workspace, name) for workspace, name in self.of if name == capability)]

    def unserved(self, capability: str) -> list[str]:
        """Those of closed workspaces that no worker asks yet: one that comes would ask them at once."""
        return [own_queue(each, capability) for each in sorted(self.closed) if (each, capability) not in self.of]
