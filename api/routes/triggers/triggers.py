"""Routes of triggers: write, read, try, steer, replay. A trigger is named by its name or its id."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.audit import audit_in
from api.idempotency import IdempotencyKey
from api.placing import place_of
from api.security.principal import MemberOperator, MemberReader, Principal
from api.state import Services
from api.workspace_queries import ItsWorkspace, OfWorkspace
from contracts.named_files import ChangeKind
from contracts.schedules.requests import PauseReason
from contracts.triggers.files import AppliedTriggersView, ApplyTriggers
from contracts.triggers.requests import DraftTrial, NewTrigger, ReplayOf, SecretRotation, Trial, TriggerBody
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
from contracts.workspaces.names import DEFAULT
from services.finding import Named
from services.tasks.idempotency import once
from services.triggers import changing, views
from services.triggers.actions import signature
from services.triggers.applying import apply, check_file
from services.triggers.belonging import put_into, workspace_of
from services.triggers.checking import check
from services.triggers.finding import found, found_to_act
from services.triggers.setting_off import body_of

router = APIRouter(prefix="/triggers", tags=["triggers"])

DeliveryId = Annotated[int, Path(ge=1, le=2**63 - 1)]


async def _named(
    trigger: Annotated[str, Path(max_length=100, description="Name or id")], workspace: ItsWorkspace = None
) -> Named:
    return Named(trigger, workspace)


Trigger = Annotated[Named, Depends(_named)]


@router.post("", status_code=201, summary="Create a trigger")
async def create(body: NewTrigger, caller: MemberOperator, state: Services) -> TriggerMadeView:
    """The `secret` of a hook is in this answer and in no other one. A name that is taken is refused."""
    wanted = body.model_copy(update={"workspace": place_of(caller, body.workspace or workspace_of(body.action))})
    await asyncio.to_thread(check, state.settings, body.body(), signature(body.name))
    async with state.database.transaction() as connection:
        row, secret = await changing.create(connection, state.settings, wanted, caller.label)
        await _note(connection, caller, "create", row, when=source_in_words(body.source))
        return await views.made_view(connection, _of(row), secret)


@router.post("/preview", summary="Preview a trigger that is not saved with a payload; nothing is created")
async def preview(body: DraftTrial, caller: MemberOperator, state: Services) -> TrialView:
    draft = put_into(body.trigger, place_of(caller, body.workspace or workspace_of(body.trigger.action)))
    await asyncio.to_thread(check, state.settings, draft, signature("preview"))
    async with state.database.transaction() as connection:
        return await views.try_out(connection, state.settings, "preview", draft, body)


@router.post("/apply", summary="Change the triggers to what a file says, all of it or nothing")
async def apply_file(body: ApplyTriggers, caller: MemberOperator, state: Services) -> AppliedTriggersView:
    """With `dry_run` only what would be changed. Triggers that are not in it stay, unless `prune` is set. Secrets of
    hooks that it makes are in this answer and in no other one. It touches no other workspace than its own.
    """
    place = place_of(caller, body.workspace or DEFAULT)
    await asyncio.to_thread(check_file, state.settings, body)
    async with state.database.transaction() as connection:
        applied = await apply(connection, state.settings, body, place, caller.label)
        for each in applied.changes if applied.done else []:
            if each.change is not ChangeKind.NONE:
                row = {"name": each.name, "instance": place}
                await _note(connection, caller, each.change, row, **{"from": "file"})
    return applied


@router.get("", summary="List the triggers, each with its newest delivery")
async def get_all(_: MemberReader, state: Services, workspace: OfWorkspace = None) -> TriggersView:
    async with state.database.transaction() as connection:
        return await views.trigger_views(connection, workspace)


@router.get("/{trigger}", summary="Show a trigger with its newest deliveries")
async def get_one(trigger: Trigger, _: MemberReader, state: Services) -> TriggerDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await views.trigger_detail(connection, trigger)


@router.get("/{trigger}/deliveries", summary="List the deliveries of a trigger, the newest first")
async def get_deliveries(
    trigger: Trigger,
    _: MemberReader,
    state: Services,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Those before this id")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TriggerDeliveriesView:
    """What came, what became of it, and why nothing did."""
    async with state.database.transaction(snapshot=True) as connection:
        return await views.deliveries_view(connection, trigger, before, limit)


@router.get("/{trigger}/deliveries/{delivery}", summary="Show a delivery with what was sent, without its secrets")
async def get_delivery(
    trigger: Trigger, delivery: DeliveryId, _: MemberReader, state: Services
) -> TriggerDeliveryDetailView:
    async with state.database.transaction() as connection:
        return await views.delivery_detail(connection, trigger, delivery)


@router.post(
    "/{trigger}/deliveries/{delivery}/replay",
    response_model=TriggerDeliveryDetailView,
    summary="Run an old delivery with the trigger as it is now",
)
async def replay(
    trigger: Trigger,
    delivery: DeliveryId,
    caller: MemberOperator,
    state: Services,
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    """Also while the trigger is paused. Its outcome is that of a new delivery, which names the old one."""
    async with state.database.transaction() as connection:
        row = await found_to_act(connection, trigger)

        async def act() -> TriggerDeliveryDetailView:
            id_ = await changing.replay(connection, state.settings, row, delivery)
            await _note(connection, caller, "replay", row, delivery=delivery, again=id_)
            return await views.delivery_detail(connection, _of(row), id_)

        # What it is called may change meanwhile.
        scope = caller.label, f"POST /triggers/{row['id']}/deliveries/{delivery}/replay"
        answer = await once(connection, scope, idempotency_key, ReplayOf(delivery=delivery), act)
    return JSONResponse(answer)


@router.post("/{trigger}/test", summary="Preview a trigger with a payload; nothing is created")
async def test(trigger: Trigger, body: Trial, _: MemberOperator, state: Services) -> TrialView:
    """Signature and rate are not looked at."""
    async with state.database.transaction() as connection:
        row = await found(connection, trigger)
        return await views.try_out(connection, state.settings, row["name"], body_of(row), body)


@router.put("/{trigger}", summary="Write a trigger anew; fields left out get their defaults")
async def put(trigger: Trigger, body: TriggerBody, caller: MemberOperator, state: Services) -> TriggerMadeView:
    """A hook keeps its address and its secret. One that was none gets both, and they are in this answer."""
    await asyncio.to_thread(check, state.settings, body, signature("preview"))
    async with state.database.transaction() as connection:
        row, secret = await changing.change(connection, state.settings, trigger, body, caller.label)
        await _note(connection, caller, "change", row, when=source_in_words(body.source))
        return await views.made_view(connection, _of(row), secret)


@router.delete("/{trigger}", status_code=204, summary="Delete a trigger; what it made stays")
async def delete(trigger: Trigger, caller: MemberOperator, state: Services) -> None:
    async with state.database.transaction() as connection:
        row = await changing.remove(connection, trigger, caller.label)
        await _note(connection, caller, "delete", row)


@router.post("/{trigger}/rotate", summary="Replace the secret of a hook")
async def rotate(trigger: Trigger, body: SecretRotation, caller: MemberOperator, state: Services) -> SecretView:
    """The new secret is in this answer and in no other one. With `keep_old` the old one is good for a while, too."""
    async with state.database.transaction() as connection:
        row, made = await changing.rotate(connection, state.settings, trigger, body, caller.label)
        await _note(connection, caller, "rotate", row, keep_old=body.keep_old)
        return made


@router.post("/{trigger}/pause", summary="Pause a trigger")
async def pause(trigger: Trigger, body: PauseReason, caller: MemberOperator, state: Services) -> TriggerDetailView:
    """Deliveries to its hook are refused; events of ours pass."""
    async with state.database.transaction() as connection:
        row = await changing.pause(connection, trigger, body.reason, caller.label)
        await _note(connection, caller, "pause", row, reason=body.reason)
        return await views.trigger_detail(connection, _of(row))


@router.post("/{trigger}/resume", summary="Resume a trigger")
async def resume(trigger: Trigger, caller: MemberOperator, state: Services) -> TriggerDetailView:
    """What passed meanwhile is not made up for."""
    async with state.database.transaction() as connection:
        row = await changing.resume(connection, trigger, caller.label)
        await _note(connection, caller, "resume", row)
        return await views.trigger_detail(connection, _of(row))


def _of(row: Mapping[Any, Any]) -> Named:
    return Named(str(row["id"]))


async def _note(
    connection: AsyncConnection, caller: Principal, verb: str, row: Mapping[Any, Any], **details: Any
) -> None:
    await audit_in(connection, caller, f"trigger.{verb}", row["name"], row["instance"], **details)
