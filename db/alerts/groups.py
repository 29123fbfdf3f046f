"""Stores open alerts, one row per alert while it lasts, and the messages that follow from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.alerts.facts import Course

_NAME = "alerts"
#: The advisory lock of whoever decides (db/metrics/rollup.py has the one before).
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(7110003)")
_GOODBYE_NAME = "alerts: stopped"
_GOODBYE = text("""
INSERT INTO service_beats (name, started_at, at) VALUES (:name, now(), now())
ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at
""")
#: Nobody looked for so long: whoever looks now begins anew (a restart, a machine that slept).
_BREAK_SECONDS = 60
# Of one statement all parts see the same moment, so this is the turn before. Before the first look nothing was missed.
_LOOK = text("""
WITH before AS (
    SELECT at, CASE WHEN at < now() - make_interval(secs => :break) THEN now() ELSE started_at END AS awake_since
    FROM service_beats WHERE name = :name
), look AS (
    INSERT INTO service_beats (name, started_at, at) VALUES (:name, '-infinity', now())
    ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at, started_at = (SELECT awake_since FROM before)
)
SELECT COALESCE((SELECT at FROM before), now()) AS looked, now() AS now,
    (SELECT NULLIF(awake_since, '-infinity') FROM before) AS awake_since
""")

_FIRING = text("""
SELECT rule, fingerprint, returns, well_since, severity, count, last_seen_at > now() - interval '2 days' AS is_recent,
    last_seen_at > now() - interval '30 seconds' AS is_fresh
FROM notifications WHERE state = 'firing'
""")

# What is the same as before is not written again.
_SEEN = text("""
INSERT INTO notifications AS known (rule, kind, fingerprint, severity, title, body, recovered_title, task_id, count,
    state, returns)
SELECT rule, kind, fingerprint, severity, title, body, recovered, task_id, count, 'firing', CASE WHEN damped
    THEN COALESCE((SELECT before.returns + 1 FROM notifications before WHERE before.fingerprint = seen.fingerprint
        AND before.recovered_at > now() - interval '1 hour' ORDER BY before.id DESC LIMIT 1), 0) ELSE 0 END
FROM jsonb_to_recordset(CAST(:signals AS jsonb)) AS seen (rule text, kind text, severity text, fingerprint text,
    title text, body text, recovered text, task_id uuid, count int, damped boolean)
ORDER BY fingerprint
ON CONFLICT (fingerprint) WHERE state = 'firing' DO UPDATE SET title = EXCLUDED.title, body = EXCLUDED.body,
    severity = EXCLUDED.severity, recovered_title = EXCLUDED.recovered_title, task_id = EXCLUDED.task_id,
    count = GREATEST(known.count, EXCLUDED.count), last_seen_at = now(), settled = false
WHERE EXCLUDED.count > known.count OR known.severity <> EXCLUDED.severity
    OR known.last_seen_at < now() - interval '30 seconds'
""")
_OVER = text("""
UPDATE notifications SET state = 'recovered', recovered_at = now()
WHERE state = 'firing' AND fingerprint = ANY(CAST(:fingerprints AS text[]))
""")
_COURSES = text("""
UPDATE notifications n SET returns = given.returns, well_since = given.well_since
FROM jsonb_to_recordset(CAST(:courses AS jsonb)) AS given (fingerprint text, returns int, well_since timestamptz)
WHERE n.state = 'firing' AND n.fingerprint = given.fingerprint
""")
# Nobody hears that a rule which is gone has nothing to tell any more.
_WITHOUT_RULE = text("""
UPDATE notifications SET state = 'recovered', recovered_at = now(), settled = true
WHERE state = 'firing' AND rule = ANY(CAST(:rules AS text[]))
""")

_UNSETTLED = text("""
SELECT id, rule, kind, fingerprint, severity, title, body, recovered_title, task_id, count, state, recovered_at,
    muted_until, returns, well_since
FROM notifications WHERE NOT settled ORDER BY id LIMIT 2000
""")
_TOLD = text("""
SELECT n.fingerprint, d.notification_id, d.channel, d.kind, d.count, d.created_at AS at
FROM task_notifications d JOIN notifications n ON n.id = d.notification_id
WHERE n.fingerprint = ANY(CAST(:fingerprints AS text[]))
    AND (NOT n.settled OR d.created_at > now() - interval '2 minutes')
ORDER BY d.id
""")
_SETTLE = text("UPDATE notifications SET settled = true WHERE id = ANY(CAST(:ids AS bigint[]))")

_DELIVER = text("""
INSERT INTO task_notifications (notification_id, task_id, channel, kind, severity, title, message, count)
SELECT notification_id, task_id, channel, kind, severity, title, message, count
FROM jsonb_to_recordset(CAST(:deliveries AS jsonb)) AS given (notification_id bigint, task_id uuid, channel text,
    kind text, severity text, title text, message text, count int)
RETURNING id
""")

_PRUNE = text("""
DELETE FROM notifications WHERE id IN (
    SELECT id FROM notifications WHERE state <> 'firing' AND settled AND last_seen_at < now() - interval '90 days'
    ORDER BY id LIMIT 1000
)
""")


@dataclass(frozen=True)
class Look:
    """A turn of whoever decides."""

    now: datetime
    #: When the last turn was.
    looked: datetime
    #: Since when there has been no break; None: since the first turn.
    awake_since: datetime | None


@dataclass(frozen=True)
class Firing:
    """An open alert."""

    rule: str
    fingerprint: str
    course: Course
    severity: str
    count: int
    #: It was seen within the last two days; within the last seconds, so that need not be written down again.
    is_recent: bool
    is_fresh: bool


_AS_IT_IS = ("rule", "fingerprint", "severity", "count", "is_recent", "is_fresh")


async def begin_look(connection: AsyncConnection) -> Look | None:
    """Take the turn until the transaction ends; None while another core has it."""
    if not (await connection.execute(_TRY_LOCK)).scalar_one():
        return None
    row = (await connection.execute(_LOOK, {"name": _NAME, "break": _BREAK_SECONDS})).one()
    return Look(row.now, row.looked, row.awake_since)


async def say_goodbye(connection: AsyncConnection) -> None:
    """Whoever decides stops on purpose. Holds until somebody looks again."""
    await connection.execute(_GOODBYE, {"name": _GOODBYE_NAME})


async def firing(connection: AsyncConnection) -> list[Firing]:
    """The alerts that last."""
    rows = (await connection.execute(_FIRING)).mappings()
    return [
        Firing(course=Course(row["returns"], row["well_since"]), **{name: row[name] for name in _AS_IT_IS})
        for row in rows
    ]


def changed(open_: Sequence[Firing], signals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those signals that no open alert tells of as they are: new ones, of more things, or of another severity."""
    known = {each.fingerprint: each for each in open_}
    return [
        signal
        for signal in signals
        if (alert := known.get(signal["fingerprint"])) is None
        or alert.count < signal["count"]
        or alert.severity != signal["severity"]
    ]


def not_seen_lately(open_: Sequence[Firing], signals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the others that are to be noted all the same, so that it is known that they last."""
    old = {each.fingerprint for each in open_ if not each.is_fresh}
    same = {each["fingerprint"] for each in signals} - {each["fingerprint"] for each in changed(open_, signals)}
    return [signal for signal in signals if signal["fingerprint"] in old & same]


async def note_seen(connection: AsyncConnection, signals: Sequence[dict[str, Any]]) -> None:
    """Open or go on with these alerts, each with the name, the kind and the severity of its rule."""
    if signals:
        await connection.execute(_SEEN, {"signals": json.dumps(signals)})


async def end(connection: AsyncConnection, fingerprints: Sequence[str]) -> None:
    """These alerts are over."""
    if fingerprints:
        await connection.execute(_OVER, {"fingerprints": list(fingerprints)})


async def note_courses(connection: AsyncConnection, courses: Mapping[str, Course]) -> None:
    """How these open alerts, by fingerprint, go on."""
    if courses:
        rows = [{"fingerprint": fingerprint, **asdict(course)} for fingerprint, course in courses.items()]
        await connection.execute(_COURSES, {"courses": json.dumps(rows, default=str)})


async def end_quietly(connection: AsyncConnection, rules: Sequence[str]) -> None:
    """End all alerts of these rules."""
    if rules:
        await connection.execute(_WITHOUT_RULE, {"rules": list(rules)})


async def unsettled(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Alerts about which a message may be due."""
    return (await connection.execute(_UNSETTLED)).mappings().all()


async def told(connection: AsyncConnection, fingerprints: Sequence[str]) -> Sequence[RowMapping]:
    """The messages about these, the oldest first, with those of the last minutes about earlier alerts of the same."""
    return (await connection.execute(_TOLD, {"fingerprints": list(fingerprints)})).mappings().all()


async def settle(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Nothing is left to be decided about these."""
    await connection.execute(_SETTLE, {"ids": list(ids)})


async def deliver(connection: AsyncConnection, deliveries: Sequence[dict[str, Any]]) -> list[int]:
    """Write these messages down, to be sent; returns their ids."""
    if not deliveries:
        return []
    rows = await connection.execute(_DELIVER, {"deliveries": json.dumps(deliveries)})
    return list(rows.scalars())


async def prune(connection: AsyncConnection) -> None:
    """Delete what has been over for 90 days."""
    await connection.execute(_PRUNE)
