"""Audit lines of refused calls: one row per caller, method and reason and minute, however often it was tried.

Written aside, and bounded, so that an attacker can neither slow a call down nor fill the disk.
"""

import asyncio
import json
import logging
import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from runtime.refused import Reason

logger = logging.getLogger(__name__)

ACTION = "gateway.refused"
#: What is new is written this soon; what goes on, once a minute.
_TICK_SECONDS = 1.0
_WINDOW_SECONDS = 60.0
#: Different lines that are kept apart for one worker or one address. What comes on top is counted together.
_PER_SOURCE = 200
#: The same for all addresses together. Workers have no such limit: there are only as many as admins made.
_STRANGERS = 1_000
_METHOD_LENGTH = 120
OTHERS = "(others)"
ANONYMOUS = "anonymous"
_NOTE = text("""
INSERT INTO audit_log (actor, action, object, details) VALUES (:actor, :action, :object, CAST(:details AS jsonb))
""")


@dataclass(frozen=True)
class Refusal:
    """Who was refused what, and why."""

    #: ``worker:mac``, ``key:<id>`` for a key that is not valid, ``anonymous``.
    actor: str
    method: str
    reason: Reason
    address: str

    @property
    def source(self) -> str:
        """Whoever is behind it, as far as that cannot be made up."""
        return self.actor if self.is_by_worker else self.address

    @property
    def is_by_worker(self) -> bool:
        return self.actor.startswith("worker:")


@dataclass
class _Line:
    #: Times it happened and was not written yet.
    count: int = 0
    written_at: float | None = None

    def is_due(self, written_before: float) -> bool:
        return self.written_at is None or self.written_at <= written_before


class Refusals:
    """Counts refusals and writes them down now and then."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lines: dict[Refusal, _Line] = {}
        #: Lines per source, and of all unknown_keys under "".
        self._kept: Counter[str] = Counter()

    def note(self, actor: str, method: str, reason: Reason, address: str) -> None:
        """A call was refused."""
        refusal = Refusal(actor, _printable(method), reason, address)
        if refusal not in self._lines and not self._has_room(refusal):
            known = actor if refusal.is_by_worker else ANONYMOUS
            crowded = self._kept[""] >= _STRANGERS and not refusal.is_by_worker
            refusal = Refusal(known, OTHERS, reason, OTHERS if crowded else address)
        if refusal not in self._lines:
            self._lines[refusal] = _Line()
            self._kept.update(_counted_under(refusal))
        self._lines[refusal].count += 1

    def _has_room(self, refusal: Refusal) -> bool:
        if self._kept[refusal.source] >= _PER_SOURCE:
            return False
        return refusal.is_by_worker or self._kept[""] < _STRANGERS

    async def run(self) -> None:
        """Write until cancelled, and what is left on the way out."""
        try:
            while True:
                await asyncio.sleep(_TICK_SECONDS)
                await self._try_to_write(time.monotonic() - _WINDOW_SECONDS)
        finally:
            await self._try_to_write(time.monotonic())

    async def _try_to_write(self, written_before: float) -> None:
        try:
            await self._write(written_before)
        except (SQLAlchemyError, OSError) as error:
            logger.warning("refused calls cannot be written to the audit log right now: %s", error)

    async def _write(self, written_before: float) -> None:
        """Write lines that are new, or were written before that moment; forget those that went quiet."""
        aged = {r: line for r, line in self._lines.items() if line.is_due(written_before)}
        due = {refusal: line.count for refusal, line in aged.items() if line.count}
        if due:
            await self._insert(due)
        for refusal, line in aged.items():
            line.count -= due.get(refusal, 0)
            line.written_at = time.monotonic()
            if refusal not in due:
                del self._lines[refusal]
                self._kept.subtract(_counted_under(refusal))
        self._kept += Counter()  # drops those that fell to zero

    async def _insert(self, due: dict[Refusal, int]) -> None:
        rows = [
            {
                "actor": refusal.actor,
                "action": ACTION,
                "object": refusal.method,
                "details": json.dumps({"reason": refusal.reason.value, "address": refusal.address, "count": count}),
            }
            for refusal, count in due.items()
        ]
        async with self._engine.begin() as connection:
            # The gateway's other writes can be found out again, and do not wait for the disk. These cannot.
            await connection.execute(text("SET LOCAL synchronous_commit = on"))
            await connection.execute(_NOTE, rows)
        for refusal, count in due.items():
            logger.warning(
                "refused %s from %s %d times: %s (%s)",
                refusal.actor, refusal.address, count, refusal.method, refusal.reason,
            )  # fmt: skip


def _counted_under(refusal: Refusal) -> list[str]:
    return [refusal.source] if refusal.is_by_worker else [refusal.source, ""]


def _printable(method: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in method[:_METHOD_LENGTH])
