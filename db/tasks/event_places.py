"""Reads events by what was committed since. Ids are drawn before commit, so a later one may be seen first.

A place is a snapshot of Postgres: which transactions had ended. What is new since is what transactions wrote that had
not (https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT).
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.views import EventView
from db.own_connection import OwnConnection, for_psycopg
from db.statements import load

_SQL = load(__file__)
_SINCE = _SQL["since"]
_BEHIND = _SQL["behind"]
_NOW = text("SELECT CAST(pg_current_snapshot() AS text) AS place, (SELECT max(id) FROM task_events) AS last")
_OWN_SINCE, _OWN_NOW = for_psycopg(_SINCE), for_psycopg(_NOW)
#: ``xmin:xmax:xip`` as Postgres writes it.
_SHAPE = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19}){0,999})?)", re.ASCII)
_LARGEST = 2**63 - 1
#: How types of their events begin; a trigger of Postgres writes them.
OF_SCHEDULES = "schedule_"


@dataclass(frozen=True)
class Place:
    """Up to where events were read."""

    oldest_open: int
    #: The transaction that would have begun next.
    following: int
    #: Transactions before it that had not ended.
    open: tuple[int, ...] = ()

    @classmethod
    def parse(cls, written: str) -> Self | None:
        """None for what is no place."""
        found = _SHAPE.fullmatch(written)
        if found is None:
            return None
        oldest, following = int(found[1]), int(found[2])
        open_ = tuple(map(int, found[3].split(","))) if found[3] else ()
        whole = oldest <= following <= _LARGEST and all(oldest <= each < following for each in open_)
        return cls(oldest, following, tuple(sorted(set(open_)))) if whole else None

    def __str__(self) -> str:
        return f"{self.oldest_open}:{self.following}:{','.join(map(str, self.open))}"


async def place_now(connection: AsyncConnection) -> tuple[Place, int]:
    """Where whoever begins to read now begins, and the highest id so far."""
    written, last = (await connection.execute(_NOW)).one()
    return _parsed(written), last or 0


async def events_since(
    connection: AsyncConnection,
    place: Place,
    limit: int,
    *,
    until: Place | None = None,
    above: int = 0,
    task_ids: Sequence[uuid.UUID] | None = None,
) -> tuple[list[EventView], Place]:
    """What was committed after ``place``, and up to ``until`` (default: now), by id; and the place of now.

    Those of a task are in the order in which they happened. More than ``limit`` come as ``limit`` of any.
    ``above``: ids that count, because a database that was restored knows transactions that are to come.
    """
    values = _since(place, limit, until=until, above=above, task_ids=task_ids)
    return _read([dict(row) for row in (await connection.execute(_SINCE, values)).mappings()])


class NewEvents:
    """Reads on and on, two dozen times a second where much happens: past SQLAlchemy, which is most of such a read."""

    def __init__(self, url: str, *, process: str) -> None:
        """See `OwnConnection`."""
        self._own = OwnConnection(url, process=process)

    async def now(self) -> tuple[Place, int]:
        """See `place_now`. Raises psycopg.Error."""
        [row] = await self._own.rows(_OWN_NOW, {})
        return _parsed(row["place"]), row["last"] or 0

    async def since(self, place: Place, limit: int, *, above: int) -> tuple[list[EventView], Place]:
        """See `events_since`. Raises psycopg.Error."""
        return _read(await self._own.rows(_OWN_SINCE, _since(place, limit, above=above)))

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._own.close()


async def events_behind(
    connection: AsyncConnection, after: int, until: Place, limit: int, *, task_ids: Sequence[uuid.UUID] | None = None
) -> list[EventView]:
    """Those with a higher id. Of one task that is all that followed; of all tasks, one that was late may be missing."""
    ids = None if task_ids is None else list(task_ids)
    values = {"after": after, "until": str(until), "limit": limit, "task_ids": ids}
    return [_event(dict(row)) for row in (await connection.execute(_BEHIND, values)).mappings()]


def _since(
    place: Place,
    limit: int,
    *,
    until: Place | None = None,
    above: int = 0,
    task_ids: Sequence[uuid.UUID] | None = None,
) -> dict[str, Any]:
    """The parameters of `since`."""
    return {
        "following": str(place.following),
        "open": [str(each) for each in place.open],
        "until": None if until is None else str(until),
        "above": above,
        "task_ids": None if task_ids is None else list(task_ids),
        "limit": limit,
    }


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[list[EventView], Place]:
    # One row of nulls says where now is when there is nothing new.
    events = [_event(row) for row in rows if row["id"] is not None]
    return events, _parsed(rows[0]["place"])


def _event(row: Mapping[str, Any]) -> EventView:
    """One whose details were damaged is told without them: kept back, it would keep back all that follow."""
    details = row["details"] if isinstance(row["details"], dict) else None
    schedule_id = row["task_id"] if row["type"].startswith(OF_SCHEDULES) else None
    return EventView.model_validate({**row, "details": details, "schedule_id": schedule_id})


def _parsed(written: str) -> Place:
    place = Place.parse(written)
    if place is None:
        raise ValueError(f"Postgres gave a snapshot that is none: {written}")
    return place
