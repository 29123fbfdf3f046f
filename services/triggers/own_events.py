"""Looks at our own events: each sets off the triggers that watch it, in the transaction that takes it away. So once.

A transaction ends with the first event that sets something off: what its triggers write is locked no longer than that.
They lock in this order: whose turn it is to look, what is counted, the rate of a trigger, its row if it is paused, the
workspace of what is made; and last, behind all triggers of the event, the alerts, which pausing by a person writes too.

A chain of triggers ends at a depth, and a trigger that is set off faster than it may be is paused; both are told.

An event whose transaction fails is put off, and those behind it go on; after some tries it stands in the logs of the
triggers that watch it (`put_off`, `set_aside`).
"""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from enum import Enum
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.storable import MAX_DEPTH, cleaned
from contracts.triggers.payloads import without_secrets
from contracts.triggers.sources import Alike, PlanEnds, RecordComes, Source, TaskEnds
from contracts.triggers.views import DeliveryOutcome
from contracts.workspaces.names import DEFAULT
from db.people.audit import add_entry
from db.triggers import events
from db.triggers.deliveries import add_delivery, note_outcome
from db.triggers.triggers import halt
from plans.expressions import BadExpression, CannotEvaluate, is_true
from plans.templates import expression_of
from services.reading import CannotBeRead
from services.triggers.halting import tell_halted
from services.triggers.setting_off import body_of, keep_newest, kept, set_off, source_of, wait_for_turn

logger = logging.getLogger(__name__)

#: Events of one transaction, of which only the last one sets something off.
MOST = 50
#: Triggers in a row: what the last of them makes sets off none.
MOST_DEPTH = 5
_BY = "core"
#: Events a minute that are kept for one that cannot look at them; what its own rate is, perhaps cannot be read either.
_MOST_UNREAD = 60
#: Of one event: at first a second apart, then a minute, so four minutes in all. A Postgres that is away tries none.
MOST_TRIES = 10
_LONGEST_PAUSE = 60.0
#: Of a task's params and result an expression sees all, up to so many characters of each text.
_LONGEST_TEXT = 10_000
#: They may be as deep as anything that is stored, and stand in the payload a few levels down.
_DEEPEST = MAX_DEPTH + 10
#: Postgres is away, or somebody else was in the way: the same later.
_AWAY = (OperationalError, InterfaceError)


async def look_at_events(
    connection: AsyncConnection, settings: ServerSettings, begun: list[RowMapping] | None = None
) -> int:
    """Look at the oldest events up to one that sets something off; how many they were. The caller commits, and asks
    again until there is none.

    ``begun``: is given each event before it is looked at. Where the transaction fails, `put_off` the last of them.
    """
    oldest = await events.oldest_events(connection, MOST)
    if not oldest:
        return 0
    triggers = await events.watching(connection)
    looked_at = []
    for event in oldest:
        if begun is not None:
            begun.append(event)
        looked_at.append(event["id"])
        if await _of_event(connection, settings, event, triggers):
            break
    await events.forget_events(connection, looked_at)
    return len(looked_at)


async def put_off(connection: AsyncConnection, event: RowMapping) -> bool:
    """The transaction that looked at it has failed: again later; whether it was tried often enough by now. The caller
    commits."""
    tries = await events.try_later(connection, event["id"], min(2.0 ** event["tries"], _LONGEST_PAUSE))
    return tries is not None and tries >= MOST_TRIES


async def set_aside(connection: AsyncConnection, event: RowMapping, error: Exception) -> None:
    """It was put off often enough: the log of each trigger that watches it says so, and there it can be replayed. The
    caller commits."""
    said = _gave_up(error)
    for row in await _hearing(connection, event, await events.watching(connection)):
        await _set_aside(connection, event, row, said)
    await events.forget_events(connection, [event["id"]])


async def _set_aside(connection: AsyncConnection, event: RowMapping, row: RowMapping, said: str) -> None:
    """With its payload, if that is not what is wrong."""
    try:
        async with connection.begin_nested():
            payload = await _payload_of(connection, event)
            if payload is not None:
                await _note_failed(connection, event, row, payload, said)
    except Exception:
        logger.exception("the event %s of %s is set aside without its payload", event["event"], event["subject"])
        unread = f"The event {event['event']} of {event['subject']} cannot be read. {said}"
        await add_delivery(connection, _failed(row, unread, depth=1, payload=None))


async def _of_event(
    connection: AsyncConnection,
    settings: ServerSettings,
    event: RowMapping,
    triggers: Sequence[RowMapping],
) -> bool:
    """Whether it has set something off."""
    watching = await _hearing(connection, event, triggers)
    payload = await _payload_of(connection, event) if watching else None
    came = set()
    for row in watching if payload is not None else ():
        came.add(await _of_trigger(connection, settings, event, row, payload or {}))
    if _Came.PAUSED in came:
        await tell_halted(connection)
    return bool(came - {_Came.NOTHING})


async def _hearing(connection: AsyncConnection, event: RowMapping, triggers: Sequence[RowMapping]) -> list[RowMapping]:
    """Those that watch it. One of a workspace hears of that workspace alone, one of the default one of all tasks and
    plans. Rows have more than one home, as workspaces may collect the same: each is heard of in its own."""
    watching = [each for each in triggers if event["event"] in each["watches"]]
    if event["event"].startswith("record."):
        return [each for each in watching if each["instance"] == event["content"].get("workspace", DEFAULT)]
    if all(each["instance"] == DEFAULT for each in watching):
        return watching
    where = await events.workspace_of(connection, event["subject"])
    return [each for each in watching if each["instance"] in (DEFAULT, where)]


async def _of_trigger(
    connection: AsyncConnection,
    settings: ServerSettings,
    event: RowMapping,
    row: RowMapping,
    payload: dict[str, Any],
) -> "_Came":
    """What is wrong with one trigger is told in its log, and keeps the event from no other."""
    try:
        look = _Look(connection, settings, event, row, payload)
        if not await look.is_meant():
            return _Came.NOTHING
        async with connection.begin_nested():
            return await look.set_off()
    except CannotBeRead as error:
        logger.warning("trigger %s is left out: %s", row["name"], error)
        why = error.detail
    except _AWAY as error:
        # Postgres may be away, or busy. But at the last try it is this trigger that cannot, and the others can.
        if event["tries"] < MOST_TRIES - 1:
            raise
        logger.warning("trigger %s cannot look at the event %s: %s", row["name"], event["event"], error)
        return await _note_failed(connection, event, row, payload, _gave_up(error))
    except Exception as error:
        logger.exception("trigger %s cannot look at the event %s", row["name"], event["event"])
        why = _said(error)
    return await _note_failed(connection, event, row, payload, why, most=_MOST_UNREAD)


def _gave_up(error: Exception) -> str:
    return f"{_said(error)} It was tried {MOST_TRIES} times; a replay tries it again."


def _said(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return f"Something went wrong on our side: {type(cause).__name__}. The log of core has the details."


async def _payload_of(connection: AsyncConnection, event: RowMapping) -> dict[str, Any] | None:
    """As expressions see it; None: what it is about is gone."""
    content, at = {**event["content"]}, event["created_at"].isoformat()
    told = {"event": event["event"], "at": at}
    kind, _, status = event["event"].partition(".")
    if kind == "record":
        # Without one: noted before records belonged to workspaces.
        workspace = content.pop("workspace", DEFAULT)
        return told | {"task_id": str(event["subject"]), "workspace": workspace, "record": content}
    row = await (events.task_of if kind == "task" else events.plan_of)(connection, event["subject"])
    if row is None:
        return None
    # Meanwhile it may have been tried again.
    about = {name: _plain(value) for name, value in row.items()} | {"status": status}
    if kind == "task":
        about |= {name: content[name] for name in ("round", "attempt", "error")}
    elif content["error"] is not None:
        about["failure"] = content["error"]
    safe: dict[str, Any] = without_secrets(cleaned(_shortened({**told, kind: about}), _DEEPEST))
    return safe


async def _note_failed(
    connection: AsyncConnection,
    event: RowMapping,
    row: RowMapping,
    payload: dict[str, Any],
    why: str,
    most: int | None = None,
) -> "_Came":
    """One that cannot be read, or carried out: nobody knows whether it wants the event. It can have it by replay.

    ``most``: lines of its log a minute.
    """
    try:
        if not _is_meant(source_of(row), payload):
            return _Came.NOTHING
    except CannotBeRead:
        # Nor is it known which type or name that is about.
        pass
    if most is not None and await wait_for_turn(connection, row["id"], most) is not None:
        return _Came.NOTHING
    depth = 1 + await events.depth_of(connection, event["subject"])
    await add_delivery(connection, _failed(row, why, depth, kept(payload)))
    await keep_newest(connection, row["id"], DeliveryOutcome.FAILED)
    return _Came.SET_OFF


def _failed(row: RowMapping, why: str, depth: int, payload: Any | None) -> dict[str, Any]:
    outcome = DeliveryOutcome.FAILED.value
    return {"trigger_id": row["id"], "outcome": outcome, "why": why, "depth": depth, "payload": payload}


def _is_meant(source: Source, payload: dict[str, Any]) -> bool:
    match source:
        case TaskEnds(task_type=type_):
            return type_ is None or type_ == payload["task"]["type"]
        case PlanEnds(name=name):
            return name is None or name == payload["plan"]["name"]
        case RecordComes():
            return True
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shortened(value: Any) -> Any:
    match value:
        case str():
            return value[:_LONGEST_TEXT]
        case dict():
            return {key: _shortened(each) for key, each in value.items()}
        case list():
            return [_shortened(each) for each in value]
    return value


class _Came(Enum):
    """What a look of one trigger at one event has come to."""

    NOTHING = 1
    SET_OFF = 2
    PAUSED = 3


class _Look:
    """One event and one trigger that watches it."""

    def __init__(
        self,
        connection: AsyncConnection,
        settings: ServerSettings,
        event: RowMapping,
        row: RowMapping,
        payload: dict[str, Any],
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._event = event
        self._row = row
        self._body = body_of(row)
        self._payload = payload

    async def is_meant(self) -> bool:
        """Asked before anything is written, and without a line in the log for all that it does not want."""
        return _is_meant(self._body.source, self._payload) and await self._is_wanted()

    async def set_off(self) -> _Came:
        if not await self._is_counted():
            return _Came.NOTHING
        depth = 1 + await events.depth_of(self._connection, self._event["subject"])
        if depth > MOST_DEPTH:
            said = f"It ran in a circle: {MOST_DEPTH} triggers in a row led to it."
            return await self._refuse(depth, f"{said} Change what it makes or what it watches.")
        if await wait_for_turn(self._connection, self._row["id"], self._body.per_minute) is not None:
            return await self._refuse(depth, f"It was set off more than {self._body.per_minute} times a minute.")
        await self._carry_out(depth)
        return _Came.SET_OFF

    async def _is_wanted(self) -> bool:
        if self._body.filter is None:
            return True
        try:
            values = {"payload": self._payload, "headers": {}}
            return await asyncio.to_thread(is_true, expression_of(self._body.filter), values)
        except (BadExpression, CannotEvaluate):
            # That is told in the log.
            return True

    async def _is_counted(self) -> bool:
        source = self._body.source
        if not isinstance(source, TaskEnds) or source.times == 1:
            return True
        task = self._payload["task"]
        subject = {Alike.ANY: "", Alike.TICKER: str(task["ticker"]), Alike.TASK: task["id"]}[source.alike]
        at = self._event["created_at"]
        count = await events.count_event(self._connection, self._row["id"], subject, at, float(source.within))
        self._payload = {**self._payload, "times": count}
        if count < source.times:
            return False
        await events.counted_out(self._connection, self._row["id"], subject)
        return True

    async def _carry_out(self, depth: int) -> None:
        delivery = await self._deliver(depth, DeliveryOutcome.FAILED)
        try:
            async with self._connection.begin_nested():
                await set_off(self._connection, self._settings, self._row, delivery, self._payload, {})
        except _AWAY:
            raise
        except Exception as error:
            # A fault of ours. Whatever else there is must not wait for it.
            logger.exception("trigger %s cannot be set off by %s", self._row["name"], self._event["event"])
            await note_outcome(self._connection, delivery, DeliveryOutcome.FAILED.value, _said(error))

    async def _refuse(self, depth: int, said: str) -> _Came:
        note = f"Paused by ClawdBot. {said}"
        await self._deliver(depth, DeliveryOutcome.REFUSED, said)
        await keep_newest(self._connection, self._row["id"], DeliveryOutcome.REFUSED)
        if await halt(self._connection, self._row["id"], note, _BY):
            where = {} if self._row["instance"] == DEFAULT else {"workspace": self._row["instance"]}
            await add_entry(self._connection, _BY, "trigger.pause", self._row["name"], {"reason": note, **where})
        return _Came.PAUSED

    async def _deliver(self, depth: int, outcome: DeliveryOutcome, why: str | None = None) -> int:
        row = {"trigger_id": self._row["id"], "outcome": outcome.value, "why": why, "depth": depth}
        id_ = await add_delivery(self._connection, row | {"payload": kept(self._payload)})
        # It has no name that another one could have.
        return id_ or 0
