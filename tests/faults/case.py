"""What has to be known of a task type to try every fault on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from contracts.errors import TaskError
from contracts.records.rows import RecordKind
from tests.faults.attempts import Attempt
from tests.sandbox_server import Sandbox


@dataclass(frozen=True)
class Where:
    """What params depend on: the sandbox, the day on which its data ends, the ticker."""

    url: str
    today: date
    ticker: str = "NVDA"


@dataclass(frozen=True)
class Point:
    """A request of the task: the one to that path after so many went well."""

    path: str = ""
    after: int = 0
    #: How the answer is spoilt so that it cannot be taken for a good one.
    broken: str = "garbage"
    #: Whether the attempt itself asks again when this request fails, because others need not suffer for it.
    asks_again: bool = False
    #: Whether a long wait that is asked for here is left to the next attempt.
    leaves_long_waits: bool = True


@dataclass(frozen=True)
class Case:
    """One task type, with a model's provider where there is one."""

    task_type: str
    #: The sandbox's name for who serves it.
    source: str
    kind: RecordKind
    #: The field of a row that tells it from the others.
    id: str
    params: Callable[[Where], dict[str, Any]]
    #: The ids that a clean run must store, from the sandbox's own data.
    wanted: Callable[[Sandbox, datetime], set[str]]
    #: Where faults strike. At the last one the task is halfway: something is stored if it stores in steps.
    points: tuple[Point, ...]
    #: Requests to the path of that last point that another attempt need not send once more.
    spared: int
    #: Params with which there is nothing to find, and how that ends: None is success.
    empty: Mapping[str, Any]
    empty_ends: type[TaskError] | None = None
    empty_rows: int = 0
    #: A limit in the middle of a page.
    limit: int | None = None
    #: The field of a row whose values have equal shares of the limit.
    shared_by: str | None = None
    #: For types without a limit: the portions of a clean run, and how to count them.
    portions: tuple[int, Callable[[Attempt], int]] | None = None
    #: Stored rows that it works on.
    material: Mapping[RecordKind, list[dict[str, Any]]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells its tests apart."""
        return f"{self.task_type}-{self.source}"

    def limited(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the limit leaves of the rows of a clean run."""
        assert self.limit
        if self.shared_by is None:
            return rows[: self.limit]
        values = list(dict.fromkeys(row[self.shared_by] for row in rows))
        shares = [[row for row in rows if row[self.shared_by] == value] for value in values]
        return [row for share in shares for row in share[: self.limit // len(values)]]

    @property
    def halfway(self) -> Point:
        return self.points[-1]
