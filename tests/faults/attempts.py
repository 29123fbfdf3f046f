"""A task as Temporal and a worker run it, without either: attempt after attempt, each from the last checkpoint."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from contracts.errors import TaskError
from contracts.records.exchange import MaterialQuery, StoreReply
from contracts.records.rows import Record, RecordKind, Sentiment
from contracts.task_types import TASK_TYPES, parse_params
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.sandbox_server import NOW
from workers.capability.adapter import load_handler

#: Says nothing about the rows: how often it was asked, how long it took.
_INCIDENTAL = frozenset({"requests", "new", "duplicates", "cost", "duration_ms"})
#: The rows of each kind that there are before the task begins.
Stored = Mapping[RecordKind, list[dict[str, Any]]]


class Attempt(RecordingContext):
    """One attempt, which reads stored rows as the API gives them out, and can die after a delivery."""

    def __init__(self, stored: Stored, ticker: str | None, dies_after: int | None, **of: Any) -> None:
        super().__init__(NOW, **of)
        self._stored = stored
        self._ticker = ticker
        self._dies_after = dies_after

    async def store(self, kind: RecordKind, records: Sequence[Record]) -> StoreReply:
        """Store, and then perhaps die."""
        reply = await super().store(kind, records)
        if len(self.stores) == self._dies_after:
            raise Crash
        return reply

    async def material(self, query: MaterialQuery) -> list[dict[str, Any]]:
        """A page of the stored rows, by id."""
        self.queries.append(query)
        rows = [row for row in self._stored.get(query.kind, []) if row.get("ticker") == self._ticker]
        if query.kind.spec.source:
            id_ = query.kind.spec.id
            scored = set() if query.or_by_this_task else self._scored(query.unscored_by)
            rows = [row for row in rows if _asked_for(str(row[id_]), query) and row[id_] not in scored]
        return rows[: query.limit]

    def _scored(self, scorer: str | None) -> set[str]:
        rows = self.table.rows.values()
        return {row.post_id for row in rows if isinstance(row, Sentiment) and row.scorer == scorer}


def _asked_for(id_: str, query: MaterialQuery) -> bool:
    return (query.ids is None or id_ in query.ids) and (query.after is None or id_ > query.after)


@dataclass
class Run:
    """What became of a task."""

    table: Table
    attempts: list[Attempt] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    result: BaseModel | None = None
    #: Requests to the path of the halfway point; counted for clean runs.
    requests: int = 0

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The stored rows, oldest delivery first."""
        return [row.model_dump(mode="json", exclude={"duration_ms"}) for row in self.table.rows.values()]

    @property
    def steps(self) -> list[str]:
        return [step for attempt in self.attempts for step in attempt.steps]

    def told(self) -> dict[str, Any]:
        """The result without what is incidental."""
        assert self.result is not None, self.errors
        return self.result.model_dump(mode="json", exclude=set(_INCIDENTAL))


async def run(
    task_type: str,
    params: dict[str, Any],
    stored: Stored,
    *,
    task_id: str,
    dies_after: int | None = None,
    before_attempt: Callable[[int], None] = lambda number: None,
) -> Run:
    """Attempts until one succeeds, fails for good, or is the last.

    `dies_after` n: the worker of the first attempt dies when its n-th delivery is stored.
    """
    row = TASK_TYPES[task_type]
    handler, parsed = load_handler(row), parse_params(task_type, params)
    done, cursor = Run(Table()), None
    for number in range(1, row.retry.max_attempts + 1):
        before_attempt(number)
        dies = dies_after if number == 1 else None
        attempt = Attempt(stored, params.get("ticker"), dies, table=done.table, cursor=cursor)
        attempt.attempt = number
        attempt.task_id = task_id
        done.attempts.append(attempt)
        try:
            result = await handler(attempt, parsed)
            assert isinstance(result, BaseModel)
            done.result = result
            return done
        except (TaskError, Crash) as error:
            done.errors.append(error)
            if isinstance(error, TaskError) and not error.retryable:
                return done
        cursor = attempt.cursor
    return done
