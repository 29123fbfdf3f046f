"""Routes of triggers: write, read, try, steer, replay. A trigger is named by its name or its id."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.audit import audit
from api.security.principal import Operator, Reader
from api.state import Services
from contracts.named_files import ChangeKind
from contracts.schedules.requests import PauseReason
from contracts.triggers.files import AppliedTriggersView, ApplyTriggers
from contracts.triggers.requests import DraftTrial, NewTrigger, SecretRotation, Trial, TriggerBody
from contracts.triggers.views import (
    SecretView,
    TrialView,
    TriggerDeliveriesView,
    TriggerDeliveryDetailView,
    TriggerDetailView,
    TriggerMadeView,
    TriggersView,
)
from contracts.triggers.words import source_in_words
from services.triggers import changing, views
from services.triggers.actions import signature
from services.triggers.applying import apply, check_file
from services.triggers.checking import check
from services.triggers.setting_off import body_of

router = APIRouter(prefix="/triggers", tags=["triggers"])

TriggerKey = Annotated[str, Path(max_length=100, description="Name or id")]
DeliveryId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.post("", status_code=201, summary="Create a trigger")
async def create(body: NewTrigger, caller: Operator, state: Services) -> TriggerMadeView:
    """The `secret` of a hook is in this answer and in no other one. A name that is taken is refused."""
    await asyncio.to_thread(check, state.settings, body.body(), signature(body.name))
    async with state.database.transaction() as connection:
        row, secret = await changing.create(connection, state.settings, body, caller.label)
        await audit(connection, caller, "trigger.create", body.name, when=source_in_words(body.source))
        return await views.made_view(connection, str(row["id"]), secret)


@router.post("/preview", summary="Preview a trigger that is not saved with a payload; nothing is created")
async def preview(body: DraftTrial, _: Operator, state: Services) -> TrialView:
    await asyncio.to_thread(check, state.settings, body.trigger, signature("preview"))
    async with state.database.transaction() as connection:
        return await views.try_out(connection, state.settings, "preview", body.trigger, body)


@router.post("/apply", summary="Change the triggers to what a file says, all of it or nothing")
async def apply_file(body: ApplyTriggers, caller: Operator, state: Services) -> AppliedTriggersView:
    """With `dry_run` only what would be changed. Triggers that are not in it stay, unless `prune` is set. Secrets of
    hooks that it makes are in this answer and in no other one.
    """
    await asyncio.to_thread(check_file, state.settings, body)
    async with state.database.transaction() as connection:
        applied = await apply(connection, state.settings, body, caller.label)
        for each in applied.changes if applied.done else []:
            if each.change is not ChangeKind.NONE:
                await audit(connection, caller, f"trigger.{each.change}", each.name, **{"from": "file"})
    return applied


@router.get("", summary="List the triggers, each with its newest delivery")
async def get_all(_: Reader, state: Services) -> TriggersView:
    async with state.database.transaction() as connection:
        return await views.trigger_views(connection)


@router.get("/{trigger}", summary="Show a trigger with its newest deliveries")
async def get_one(trigger: TriggerKey, _: Reader, state: Services) -> TriggerDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await views.trigger_detail(connection, trigger)


@router.get("/{trigger}/deliveries", summary="List the deliveries of a trigger, the newest first")
async def get_deliveries(
    trigger: TriggerKey,
    _: Reader,
    state: Services,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Those before this id")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TriggerDeliveriesView:
    """What came, what became of it, and why nothing did."""
    async with state.database.transaction(snapshot=True) as connection:
        return await views.deliveries_view(connection, trigger, before, limit)


@router.get("/{trigger}/deliveries/{delivery}", summary="Show a delivery with what was sent, without its secrets")
async def get_delivery(
    trigger: TriggerKey, delivery: DeliveryId, _: Reader, state: Services
) -> TriggerDeliveryDetailView:
    async with state.database.transaction() as connection:
        return await views.delivery_detail(connection, trigger, delivery)


@router.post("/{trigger}/deliveries/{delivery}/replay", summary="Run an old delivery with the trigger as it is now")
async def replay(
    trigger: TriggerKey, delivery: DeliveryId, caller: Operator, state: Services
) -> TriggerDeliveryDetailView:
    """Also while the trigger is paused. Its outcome is that of a new delivery, which names the old one."""
    async with state.database.transaction() as connection:
        row, id_ = await changing.replay(connection, state.settings, trigger, delivery)
        await audit(connection, caller, "trigger.replay", row["name"], delivery=delivery, again=id_)
        return await views.delivery_detail(connection, str(row["id"]), id_)


@router.post("/{trigger}/test", summary="Preview a trigger with a payload; nothing is created")
async def test(trigger: TriggerKey, body: Trial, _: Operator, state: Services) -> TrialView:
    """Signature and rate are not looked at."""
    async with state.database.transaction() as connection:
        row = await changing.found(connection, trigger)
        return await views.try_out(connection, state.settings, row["name"], body_of(row), body)


@router.put("/{trigger}", summary="Write a trigger anew; fields left out get their defaults")
async def put(trigger: TriggerKey, body: TriggerBody, caller: Operator, state: Services) -> TriggerMadeView:
    """A hook keeps its address and its secret. One that was none gets both, and they are in this answer."""
    await asyncio.to_thread(check, state.settings, body, signature("preview"))
    async with state.database.transaction() as connection:
        row, secret = await changing.change(connection, state.settings, trigger, body, caller.label)
        await audit(connection, caller, "trigger.change", row["name"], when=source_in_words(body.source))
        return await views.made_view(connection, str(row["id"]), secret)


@router.delete("/{trigger}", status_code=204, summary="Delete a trigger; what it made stays")
async def delete(trigger: TriggerKey, caller: Operator, state: Services) -> None:
    async with state.database.transaction() as connection:
        row = await changing.remove(connection, trigger, caller.label)
        await audit(connection, caller, "trigger.delete", row["name"])


@router.post("/{trigger}/rotate", summary="Replace the secret of a hook")
async def rotate(trigger: TriggerKey, body: SecretRotation, caller: Operator, state: Services) -> SecretView:
    """The new secret is in this answer and in no other one. With `keep_old` the old one is good for a while, too."""
    async with state.database.transaction() as connection:
        row, made = await changing.rotate(connection, state.settings, trigger, body, caller.label)
        await audit(connection, caller, "trigger.rotate", row["name"], keep_old=body.keep_old)
        return made


@router.post("/{trigger}/pause", summary="Pause a trigger")
async def pause(trigger: TriggerKey, body: PauseReason, caller: Operator, state: Services) -> TriggerDetailView:
    """Deliveries to its hook are refused; events of ours pass."""
    async with state.database.transaction() as connection:
        row = await changing.pause(connection, trigger, body.reason, caller.label)
        await audit(connection, caller, "trigger.pause", row["name"], reason=body.reason)
        return await views.trigger_detail(connection, str(row["id"]))


@router.post("/{trigger}/resume", summary="Resume a trigger")
async def resume(trigger: TriggerKey, caller: Operator, state: Services) -> TriggerDetailView:
    """What passed meanwhile is not made up for."""
    async with state.database.transaction() as connection:
        row = await changing.resume(connection, trigger, caller.label)
        await audit(connection, caller, "trigger.resume", row["name"])
        return await views.trigger_detail(connection, str(row["id"]))
