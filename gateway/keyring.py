"""Finds the worker of a key, cached for a few seconds so that not every call asks Postgres."""

import asyncio
import hashlib
import logging
import time
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.workers.own_queues import OwnQueues
from db.engine import one_by_one
from db.people.keys import KeyKind, KeyOwner, find_key, mark_used
from db.workers.own_queues import own_queues
from gateway.flags import Flag

logger = logging.getLogger(__name__)

#: A revoked key is noticed within this many seconds.
REFRESH_SECONDS = 2.0
#: Keys that nobody used for this long are forgotten.
_IDLE_SECONDS = 120.0


class KeysUnreachable(Exception):
    """Postgres does not answer and this key has not been seen before."""


@dataclass
class Visitor:
    """A worker, by its key."""

    owner: KeyOwner
    key: str
    used_at: float = field(default_factory=time.monotonic)
    #: Where its last call came from.
    address: str | None = None
    #: Set when the key stops being valid: whatever is open for this worker must end.
    revoked: Flag = field(default_factory=Flag)
    #: Queue -> set once an admin has taken it away: polls for it must end.
    withdrawn: dict[str, Flag] = field(default_factory=dict)
    #: Those of workspaces.
    own: OwnQueues = field(default_factory=OwnQueues)
    #: That it may ask.
    queues: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.queues = self._queues()

    def changed(self, owner: KeyOwner, own: OwnQueues | None = None) -> None:
        """What the key stands for now, and which queues workspaces have; None: those that are known."""
        before, self.owner, self.own = self.queues, owner, self.own if own is None else own
        self.queues = self._queues()
        for queue in before - self.queues:
            logger.info("worker %s may no longer take %s", owner.name, queue)
            self.withdrawal(queue).set()
        for queue in self.queues:
            self.withdrawal(queue).clear()

    def withdrawal(self, queue: str) -> Flag:
        return self.withdrawn.setdefault(queue, Flag())

    def lost(self, queue: str) -> bool:
        """Whether an admin has taken it away."""
        return queue in self.withdrawn and self.withdrawn[queue].is_set()

    def serves(self, workspace: str) -> bool:
        """Whether it may have tasks of this workspace."""
        return self.own.lets_serve(workspace, self.owner.serves)

    def _queues(self) -> frozenset[str]:
        return frozenset(self.own.asked_by(self.owner.capabilities, self.owner.serves))

    @cached_property
    def worker_id(self) -> str:
        return str(self.owner.worker_id)

    @property
    def identity(self) -> str:
        """How this worker's calls are signed towards Temporal (see IDENTITY in workers.core.mirror.observed)."""
        return f"{self.owner.name} ({self.owner.worker_id})"


class KeyRing:
    """Valid worker keys in use."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._visitors: dict[bytes, Visitor] = {}

    async def visitor(self, key: str) -> Visitor | None:
        """The worker with this key, or None when the key is not (or no longer) valid.

        Raises:
            KeysUnreachable: it is not known yet and Postgres does not answer.
        """
        known = self.known(key)
        if known is None:
            admitted = await self._admit(key)
            if admitted is None:
                return None
            known = self._visitors.setdefault(_digest(key), admitted)
        return known

    def known(self, key: str) -> Visitor | None:
        """The worker with this key if it is one of those in use, without asking anybody."""
        known = self._visitors.get(_digest(key))
        if known is not None:
            known.used_at = time.monotonic()
        return known

    async def run(self) -> None:
        """Re-read the keys in use until cancelled. While Postgres is away, known keys stay valid."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await self._refresh()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("worker keys cannot be re-read right now: %s", error)

    async def _admit(self, key: str) -> Visitor | None:
        try:
            async with one_by_one(self._engine).connect() as connection:
                owner = await find_key(connection, key)
                if owner is None or owner.kind is not KeyKind.WORKER:
                    return None
                return Visitor(owner, key, own=await own_queues(connection))
        except (SQLAlchemyError, OSError) as error:
            raise KeysUnreachable from error

    async def _refresh(self) -> None:
        if not self._visitors:
            return
        idle_since = time.monotonic() - _IDLE_SECONDS
        async with self._engine.begin() as connection:
            own = await own_queues(connection)
            for digest, visitor in list(self._visitors.items()):
                owner = await find_key(connection, visitor.key)
                if owner is None:
                    logger.warning("the key of worker %s is no longer valid", visitor.owner.name)
                    visitor.revoked.set()
                    del self._visitors[digest]
                elif visitor.used_at < idle_since:
                    del self._visitors[digest]
                else:
                    visitor.changed(owner, own)
            if self._visitors:
                await mark_used(connection, {v.owner.key_id: v.address for v in self._visitors.values()})


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
