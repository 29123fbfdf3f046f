"""The health of each part with the age of what is known of it, the counts of the header, and sparklines of workers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Literal

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.metrics.overview import ActivityView, OverviewView, PartView, WorkerActivityView
from db.alerts.notifications import unread_count
from db.metrics.overview import activity, signs_of_life, workers_by_state
from db.tasks.queries import TaskFilter
from services.tasks.board import task_counts

_Name = Literal["core", "gateway", "temporal", "mirror"]
#: Seconds after which a part is late, and down.
_PATIENCE: dict[_Name, tuple[int, int]] = {
    "core": (30, 90),
    "gateway": (10, 60),
    "temporal": (10, 60),
    "mirror": (60, 600),
}
_SENTENCES: dict[_Name, str] = {
    "core": "Core has not been heard of: nothing is started, and no outcome is written down. See whether it runs.",
    "gateway": "The gateway has not been heard of: workers get no tasks. See whether it runs.",
    "temporal": "Temporal does not take what was submitted; it is kept, and tried again.",
    "mirror": "What is shown of some tasks may be old: they wait to be compared with Temporal.",
}


async def overview(connection: AsyncConnection, reader: str) -> OverviewView:
    """Needs a snapshot."""
    signs = await signs_of_life(connection)
    counts = await task_counts(connection, TaskFilter())
    return OverviewView(
        at=signs["now"],
        parts=parts_of(signs),
        counts=counts.counts,
        workers=await workers_by_state(connection),
        alerts_firing=signs["alerts_firing"],
        unread=await unread_count(connection, reader),
    )


def parts_of(signs: RowMapping) -> list[PartView]:
    """Postgres is there, or nobody would know anything."""
    now = signs["now"]
    core = _heard("core", signs["core_at"], now)
    gateway = _heard("gateway", signs["gateway_at"], now)
    # What core would do is no sign of Temporal while there is no core.
    temporal = _overdue("temporal", signs["unsent_since"], now, core)
    mirror = _overdue("mirror", signs["unmirrored_since"], now, core)
    return [PartView(name="postgres", state="ok", at=now, age_seconds=0, detail=""), core, gateway, temporal, mirror]


def _heard(name: _Name, at: datetime | None, now: datetime) -> PartView:
    if at is None:
        return PartView(name=name, state="unknown", at=None, age_seconds=None, detail="It has not been there yet.")
    age = max((now - at).total_seconds(), 0.0)
    return PartView(name=name, at=at, age_seconds=age, **_judged(name, age))


def _overdue(name: _Name, since: datetime | None, now: datetime, core: PartView) -> PartView:
    if core.state in ("down", "unknown"):
        return PartView(name=name, state="unknown", at=core.at, age_seconds=core.age_seconds, detail=_SENTENCES["core"])
    age = max((now - since).total_seconds(), 0.0) if since else 0.0
    return PartView(name=name, at=core.at, age_seconds=core.age_seconds, **_judged(name, age))


def _judged(name: _Name, age: float) -> dict[str, str]:
    late, down = _PATIENCE[name]
    if age < late:
        return {"state": "ok", "detail": ""}
    return {"state": "late" if age < down else "down", "detail": _SENTENCES[name]}


async def worker_activity(connection: AsyncConnection, periods: int, seconds: int) -> ActivityView:
    """Of each worker that is not retired; periods end with the current one."""
    now = int(datetime.now(UTC).timestamp())
    until = datetime.fromtimestamp((now // seconds + 1) * seconds, UTC)
    since = until - timedelta(seconds=periods * seconds)
    rows = await activity(connection, since, until, seconds)
    grouped = groupby(rows, key=lambda row: (row["worker_id"], row["worker"]))
    workers = [
        WorkerActivityView(
            worker_id=id_, worker=name, **{kind: _series(found, kind, periods) for kind in ("succeeded", "failed")}
        )
        for (id_, name), found in ((key, list(group)) for key, group in grouped)
    ]
    return ActivityView(since=since, period_seconds=seconds, workers=workers)


def _series(rows: Sequence[RowMapping], kind: str, periods: int) -> list[int]:
    known = {row["period"]: row[kind] for row in rows}
    return [known.get(period, 0) for period in range(periods)]
