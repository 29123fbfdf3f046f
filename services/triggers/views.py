"""Turns rows of triggers and of their deliveries into answers of the API; tries a trigger without doing anything."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.settings import ServerSettings
from contracts.triggers.payloads import kept_headers, without_secrets
from contracts.triggers.requests import Trial, TriggerBody
from contracts.triggers.views import (
    DeliveryOutcome,
    TrialView,
    TriggerDeliveriesView,
    TriggerDeliveryDetailView,
    TriggerDeliveryView,
    TriggerDetailView,
    TriggerMadeView,
    TriggerState,
    TriggersView,
    TriggerView,
)
from contracts.triggers.words import action_in_words, example_of, source_in_words
from db.triggers.deliveries import find_delivery, list_deliveries
from db.triggers.triggers import list_triggers
from services.finding import Named
from services.reading import read_each
from services.triggers.actions import CannotBeMade, ReadyPlan, make_ready
from services.triggers.changing import path_of
from services.triggers.finding import DeliveryNotFound, found
from services.triggers.setting_off import FILTERED, body_of

_DELIVERIES = 50


async def trigger_views(connection: AsyncConnection, workspace: str | None) -> TriggersView:
    """All, or those of one workspace, by name."""
    triggers, unreadable = read_each(_view, await list_triggers(connection, workspace))
    return TriggersView(triggers=triggers, unreadable=unreadable)


async def trigger_detail(connection: AsyncConnection, named: Named) -> TriggerDetailView:
    """Raises TriggerNotFound, CannotBeRead."""
    return TriggerDetailView(**await _detail(connection, await found(connection, named)))


async def made_view(connection: AsyncConnection, named: Named, secret: str | None) -> TriggerMadeView:
    return TriggerMadeView(**await _detail(connection, await found(connection, named)), secret=secret)


async def deliveries_view(
    connection: AsyncConnection, named: Named, before: int | None, limit: int
) -> TriggerDeliveriesView:
    """Raises TriggerNotFound."""
    row = await found(connection, named)
    rows = await list_deliveries(connection, row["id"], before, limit + 1)
    shown = delivery_views(rows[:limit])
    return TriggerDeliveriesView(deliveries=shown, before=shown[-1].id if len(rows) > limit else None)


async def delivery_detail(connection: AsyncConnection, named: Named, id_: int) -> TriggerDeliveryDetailView:
    """Raises TriggerNotFound, DeliveryNotFound."""
    row = await found(connection, named)
    delivery = await find_delivery(connection, row["id"], id_)
    if delivery is None:
        raise DeliveryNotFound
    return TriggerDeliveryDetailView.model_validate(dict(delivery))


def delivery_views(rows: Sequence[RowMapping]) -> list[TriggerDeliveryView]:
    return [TriggerDeliveryView.model_validate(dict(row)) for row in rows]


async def try_out(
    connection: AsyncConnection, settings: ServerSettings, name: str, body: TriggerBody, trial: Trial
) -> TrialView:
    """What it would make of this payload; nothing is written."""
    payload, headers = without_secrets(trial.payload), kept_headers(trial.headers)
    try:
        ready = await make_ready(connection, settings, name, body, payload, headers)
    except CannotBeMade as error:
        return TrialView(outcome=DeliveryOutcome.FAILED, why=str(error))
    if ready is None:
        return TrialView(outcome=DeliveryOutcome.FILTERED, why=FILTERED)
    kind = "plan" if isinstance(ready, ReadyPlan) else "task"
    return TrialView(outcome=DeliveryOutcome.MADE, kind=kind, made=ready.shown())


async def _detail(connection: AsyncConnection, row: RowMapping) -> dict[str, Any]:
    deliveries = delivery_views(await list_deliveries(connection, row["id"], None, _DELIVERIES))
    fields = _fields(row)
    return {
        **fields,
        "last_delivery": deliveries[0] if deliveries else None,
        "deliveries": deliveries,
        "example": example_of(fields["definition"].source),
    }


def _view(row: RowMapping) -> TriggerView:
    return TriggerView(**_fields(row), last_delivery=row["last_delivery"])


def _fields(row: RowMapping) -> dict[str, Any]:
    body = body_of(row)
    return {
        **{name: row[name] for name in ("id", "name", "note", "created_by", "created_at", "changed_by", "changed_at")},
        "workspace": row["instance"],
        "definition": body,
        "state": _state(row),
        "when": source_in_words(body.source),
        "does": action_in_words(body.action),
        "path": path_of(row),
    }


def _state(row: RowMapping) -> TriggerState:
    if row["halted_at"] is not None:
        return TriggerState.HALTED
    return TriggerState.PAUSED if row["paused"] else TriggerState.ACTIVE
