"""Who is there: notes which workers call and which capabilities they ask for, and writes it down now and then."""

import asyncio
import logging
import time
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.gateway.keyring import Visitor

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
#: An unchanged worker is written this often; see ONLINE_SECONDS in db.workers for who counts as online.
_REWRITE_SECONDS = 4.0

_WRITE = text("UPDATE workers SET last_seen_at = now(), polling = :polling WHERE id = :id")


@dataclass
class _Present:
    seen_at: float
    #: Open polls per capability; one that reached zero is kept: a busy worker does not poll.
    polls: dict[str, int] = field(default_factory=dict)
    written_at: float = 0.0
    written: frozenset[str] = frozenset()


class Presence:
    """In memory, per worker id. A restarted gateway learns it anew within one poll."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._present: dict[str, _Present] = {}

    def seen(self, visitor: Visitor) -> None:
        """Any call."""
        self._of(visitor).seen_at = time.monotonic()

    def poll_opened(self, visitor: Visitor, capability: str) -> None:
        polls = self._of(visitor).polls
        polls[capability] = polls.get(capability, 0) + 1

    def poll_closed(self, visitor: Visitor, capability: str) -> None:
        present = self._of(visitor)
        present.polls[capability] = max(present.polls.get(capability, 0) - 1, 0)
        present.seen_at = time.monotonic()

    def left(self, visitor: Visitor, capability: str) -> None:
        """The worker said that it stops taking this capability."""
        self._of(visitor).polls.pop(capability, None)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                await self._write()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("the presence of workers cannot be written right now: %s", error)

    def _of(self, visitor: Visitor) -> _Present:
        return self._present.setdefault(visitor.worker_id, _Present(time.monotonic()))

    async def _write(self) -> None:
        now = time.monotonic()
        due = {
            worker_id: present
            for worker_id, present in self._present.items()
            if self._is_there(present, now)
            and (present.written != frozenset(present.polls) or now - present.written_at > _REWRITE_SECONDS)
        }
        if not due:
            return
        async with self._engine.begin() as connection:
            await connection.execute(
                _WRITE, [{"id": worker_id, "polling": sorted(present.polls)} for worker_id, present in due.items()]
            )
        for present in due.values():
            present.written, present.written_at = frozenset(present.polls), now

    @staticmethod
    def _is_there(present: _Present, now: float) -> bool:
        has_open_poll = any(present.polls.values())
        return has_open_poll or now - present.seen_at < _REWRITE_SECONDS * 2
