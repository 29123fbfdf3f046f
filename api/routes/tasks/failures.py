"""Routes of failed tasks by cause: what there is, and what people think of it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.audit import audit
from api.security.principal import MemberReader, Operator
from api.state import Services
from contracts.requests import IdPrefix, Moment
from contracts.storable import Text
from contracts.tasks.failures import (
    CAUSE,
    FailureEventView,
    FailureGroupDetailView,
    FailuresView,
    GroupState,
    MuteFailures,
    NewFailureNote,
)
from db.tasks.failure_parts import MOST
from db.tasks.failures import failure_groups
from services.tasks import failure_groups as groups

router = APIRouter(prefix="/failures", tags=["failures"])

Cause = Annotated[str, Path(pattern=CAUSE, description="A `cause` of GET /api/v1/failures")]


@router.get("", summary="Show failed tasks by cause: type, class of the error, message and place")
async def get_failures(
    caller: MemberReader,
    state: Services,
    since: Annotated[Moment | None, Query(description="Only groups that were seen from then on")] = None,
    group_state: Annotated[list[GroupState] | None, Query(alias="state", description="Else: open ones")] = None,
    task_type: Text | None = None,
    empty: Annotated[bool, Query(description="Also groups of which no task is failed any more")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    id_prefix: Annotated[IdPrefix | None, Query(description="Only groups whose `cause` begins so")] = None,
) -> FailuresView:
    """Counted by core, a second behind at most. A `cause` is a filter of lists, and of a bulk retry."""
    states = group_state or [GroupState.OPEN]
    async with state.database.transaction() as connection:
        rows, looked_at = await failure_groups(
            connection, states, limit, since=since, task_type=task_type, empty=empty, id_prefix=id_prefix
        )
    # A member's are reckoned from the newest of their failures.
    capped = caller.scope is not None and looked_at >= MOST
    return FailuresView(groups=[groups.view(row) for row in rows], looked_at=looked_at, capped=capped)


@router.get("/{cause}", summary="Show one group of failed tasks, and what happened to it")
async def get_failure(cause: Cause, _: MemberReader, state: Services) -> FailureGroupDetailView:
    async with state.database.transaction() as connection:
        return await groups.detail(connection, cause)


@router.post("/{cause}/resolve", summary="Resolve a group of failures: its cause is put right")
async def resolve(cause: Cause, caller: Operator, state: Services) -> FailureGroupDetailView:
    """It is shown no more, until a task fails like this again. The tasks stay as they are."""
    async with state.database.transaction() as connection:
        await groups.resolve(connection, cause, caller.label)
        await audit(connection, caller, "failures.resolve", cause)
        return await groups.detail(connection, cause)


@router.post("/{cause}/mute", summary="Show a cause to nobody until a time")
async def mute(cause: Cause, body: MuteFailures, caller: Operator, state: Services) -> FailureGroupDetailView:
    until = body.end(datetime.now(UTC))
    async with state.database.transaction() as connection:
        await groups.mute(connection, cause, until, caller.label)
        await audit(connection, caller, "failures.mute", cause, until=until.isoformat())
        return await groups.detail(connection, cause)


@router.post("/{cause}/reopen", summary="Open a cause again that was resolved or muted")
async def reopen(cause: Cause, caller: Operator, state: Services) -> FailureGroupDetailView:
    async with state.database.transaction() as connection:
        await groups.reopen(connection, cause, caller.label)
        await audit(connection, caller, "failures.reopen", cause)
        return await groups.detail(connection, cause)


@router.post("/{cause}/notes", status_code=201, summary="Add a note, for people and for the next attempts")
async def add_note(cause: Cause, body: NewFailureNote, caller: Operator, state: Services) -> FailureEventView:
    async with state.database.transaction() as connection:
        return await groups.add_note(connection, cause, body.text, caller.label)
