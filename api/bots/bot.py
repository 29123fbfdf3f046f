"""A bot's worker, as its key identifies it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from api.security.known_keys import KnownKeys
from db.people.keys import KeyKind
from services.errors import NotAllowed, NotSignedIn


@dataclass(frozen=True)
class Bot:
    """A worker that speaks HTTP or WebSocket. The key is what it is known by at the gateway."""

    worker_id: uuid.UUID
    name: str
    capabilities: tuple[str, ...]
    key: str
    #: Where it calls from.
    address: str | None = None

    def may_take(self, wanted: Sequence[str]) -> list[str]:
        """What it asks for, or all that its key allows.

        Raises:
            NotAllowed: its key does not allow one of them.
        """
        forbidden = sorted(set(wanted) - set(self.capabilities))
        if forbidden:
            raise NotAllowed(
                f"The key of worker '{self.name}' does not allow {', '.join(forbidden)}. "
                f"It allows: {', '.join(self.capabilities)}."
            )
        return list(dict.fromkeys(wanted or self.capabilities))

    def check_name(self, said: str | None) -> None:
        """Raises NotAllowed when a request names another worker than its key belongs to."""
        if said is not None and said not in (self.name, str(self.worker_id)):
            raise NotAllowed(
                f"This is the key of worker '{self.name}'. Leave worker_id out, or send that name or its id."
            )


async def bot_with(keys: KnownKeys, key: str, address: str | None = None) -> Bot:
    """The worker with this key.

    Raises:
        NotSignedIn: no such key (any more).
        NotAllowed: it is not a worker's.
    """
    owner = await keys.owner(key, address) if key else None
    if owner is None:
        raise NotSignedIn("Send the key of a worker in the header X-Worker-Key. Ask an admin for one.")
    if owner.kind is not KeyKind.WORKER or owner.worker_id is None:
        raise NotAllowed("This needs the key of a worker.")
    return Bot(owner.worker_id, owner.name, owner.capabilities, key, address)
