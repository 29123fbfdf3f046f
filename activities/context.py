"""The context of a handler: the task it works for, and its ways to report. Knows nothing of Temporal or HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from activities.blocking import in_process as in_process
from activities.blocking import in_thread as in_thread
from contracts.records.exchange import MaterialQuery, StoreReply
from contracts.records.rows import Record, RecordKind


class TaskContext(Protocol):
    """One attempt at one task."""

    task_id: str
    #: 1 for the first attempt of a run.
    attempt: int
    #: When the task was submitted; anchors relative date ranges, so that a resumed crawl sees the same window.
    submitted_at: datetime
    #: What an earlier attempt passed to `checkpoint` last, or None. Resume from here.
    cursor: dict[str, Any] | None
    #: What people wrote down about the failure that this round is retried after, oldest first.
    notes: list[str]
    #: What a person who reviewed an earlier result wants to be different. Their word, and no text from the web.
    feedback: str | None
    #: What the handler of the session in which this runs holds open (`hold`); None: it runs in none.
    session: Any

    def progress(self, *, percent: float | None = None, step: str | None = None, **counters: int) -> None:
        """Tell everybody how far this attempt is. Cheap: call it as often as you like."""

    def checkpoint(self, cursor: dict[str, Any]) -> None:
        """Remember where to go on should this attempt die. Call it after the rows up to here are stored."""

    async def store(self, kind: RecordKind, records: Sequence[Record]) -> StoreReply:
        """Deliver collected rows; returns when they are durable. A row delivered twice is stored once.

        Raises:
            LeaseLost: another attempt took over, or the task was cancelled.
        """

    async def turn(self) -> None:
        """Wait until the source may be asked once more, by this or any other worker: for sources with `per_second`.

        Raises:
            LeaseLost: another attempt took over, or the task was cancelled.
        """

    async def material(self, query: MaterialQuery) -> list[dict[str, Any]]:
        """One page of rows that are stored already, for handlers that work on what others collected.

        Raises:
            LeaseLost: another attempt took over, or the task was cancelled.
        """

    async def hold(self, shared: Any) -> None:
        """Be a session: what runs in it comes to this worker, and finds ``shared`` as its `session`.

        Returns when the session is closed: clean up then, and return a result. Clean up in a ``finally``, too: it is
        cancelled where the worker ends or has lost the session, which is then opened anew.

        Raises:
            LeaseLost: another attempt took over, or the task was cancelled.
            SessionRefused: no plan asked for a session.
        """
