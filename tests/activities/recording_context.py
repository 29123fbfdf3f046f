"""A TaskContext that keeps what a handler does, and that can break off where a test wants it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from contracts.records.exchange import MaterialQuery, StoreReply
from contracts.records.rows import Record, RecordKind


class Crash(Exception):
    """The worker died."""


class Table:
    """Stored rows by natural key, as the database keeps them. Outlives attempts."""

    def __init__(self) -> None:
        self.rows: dict[tuple[object, ...], Record] = {}

    def store(self, records: Sequence[Record]) -> StoreReply:
        """Keep the rows; one that is there already is updated."""
        inserted = 0
        for record in records:
            key = _natural_key(record)
            inserted += key not in self.rows
            self.rows[key] = record
        return StoreReply(inserted=inserted, duplicates=len(records) - inserted)


class RecordingContext:
    """One attempt. `crash_before_checkpoint` n: die when the n-th checkpoint is due, its rows stored."""

    def __init__(
        self,
        submitted_at: datetime,
        *,
        table: Table | None = None,
        cursor: dict[str, Any] | None = None,
        crash_before_checkpoint: int | None = None,
    ) -> None:
        self.task_id = "task-1"
        self.attempt = 1
        self.submitted_at = submitted_at
        self.cursor = cursor
        self.notes: list[str] = []
        self.feedback: str | None = None
        self.session: Any = None
        #: What was held, and what happens meanwhile.
        self.held: list[Any] = []
        self.while_held: Callable[[Any], Awaitable[None]] | None = None
        self.table = table or Table()
        self.stores: list[int] = []
        self.checkpoints: list[dict[str, Any]] = []
        self.steps: list[str] = []
        self.percents: list[float] = []
        self.counters: dict[str, int] = {}
        #: Pages that `material` gives out, per kind.
        self.materials: dict[RecordKind, list[list[dict[str, Any]]]] = {}
        self.queries: list[MaterialQuery] = []
        self.turns = 0
        self._crash_at = crash_before_checkpoint

    def progress(self, *, percent: float | None = None, step: str | None = None, **counters: int) -> None:
        """Keep the report."""
        if percent is not None:
            self.percents.append(percent)
        if step is not None:
            self.steps.append(step)
        self.counters |= counters

    def checkpoint(self, cursor: dict[str, Any]) -> None:
        """Keep the cursor, or crash."""
        if self._crash_at == len(self.checkpoints) + 1:
            raise Crash
        self.checkpoints.append(cursor)
        self.cursor = cursor

    async def store(self, kind: RecordKind, records: Sequence[Record]) -> StoreReply:
        """Keep the rows; the size of every delivery is noted."""
        self.stores.append(len(records))
        return self.table.store(records)

    async def turn(self) -> None:
        """Nobody else asks the source."""
        self.turns += 1

    async def hold(self, shared: Any) -> None:
        """Be a session for as long as the test says."""
        self.held.append(shared)
        if self.while_held is not None:
            await self.while_held(shared)

    async def material(self, query: MaterialQuery) -> list[dict[str, Any]]:
        """The rows that a test laid out; filters are the API's business and are tested there."""
        self.queries.append(query)
        pages = self.materials.get(query.kind, [])
        return pages.pop(0) if pages else []


def _natural_key(record: Record) -> tuple[object, ...]:
    return (type(record).__name__, *(getattr(record, name) for name in record.key))
