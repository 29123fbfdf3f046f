"""Routes of join codes: an admin invites, a machine joins without any other credential."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from api.audit import audit
from api.security.attempts import attempt, join_subjects, succeeded
from api.security.principal import Admin, address_of
from api.security.refusals import note_refusal
from api.state import Services
from contracts.people.requests import Join, NewInvitation
from contracts.people.views import InvitationsView, InvitationView, JoinedView, NewInvitationView
from contracts.requests import IdPrefix
from db.people.audit import add_entry
from db.workers.changes import worker_exists
from db.workers.invitations import list_invitations, make_invitation, withdraw_invitation
from services.errors import DomainError
from services.people import join_codes
from services.workers.join import CodeOver, CodeUnknown, join
from services.workers.registering import check_capabilities, check_serves, name_taken

router = APIRouter(prefix="/workers", tags=["workers"])


class InvitationNotFound(DomainError):
    """There is no such invitation that could still be used."""

    status = 404
    see = "GET /api/v1/workers/invitations"


@router.post("/invitations", status_code=201, summary="Make a join code for one machine; the code is shown only here")
async def invite(body: NewInvitation, caller: Admin, state: Services) -> NewInvitationView:
    check_capabilities(body.capabilities)
    code = join_codes.new_code()
    async with state.database.transaction() as connection:
        if body.name and await worker_exists(connection, body.name):
            raise name_taken(body.name)
        await check_serves(connection, body.serves)
        row = await make_invitation(
            connection,
            timedelta(seconds=body.expires_in),
            code_hash=join_codes.code_hash(state.settings.jwt_secret.get_secret_value(), code),
            capabilities=body.capabilities,
            max_concurrency=body.max_concurrency,
            serves=body.serves,
            name=body.name,
            key_seconds=body.key_expires_in,
            created_by=caller.label,
        )
        told = body.model_dump(include={"capabilities", "name", "serves"})
        await audit(connection, caller, "worker.invite", str(row["id"]), **told)
    return NewInvitationView(**row, code=code)


@router.get("/invitations", summary="List invitations, the newest first, without their codes")
async def get_invitations(
    _: Admin,
    state: Services,
    after: Annotated[uuid.UUID | None, Query(description="The `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    id_prefix: Annotated[IdPrefix | None, Query()] = None,
) -> InvitationsView:
    async with state.database.transaction() as connection:
        rows = await list_invitations(connection, after, limit + 1, id_prefix)
    shown = [InvitationView.model_validate(dict(row)) for row in rows[:limit]]
    return InvitationsView(invitations=shown, next=shown[-1].id if len(rows) > limit else None)


@router.delete("/invitations/{invitation_id}", status_code=204, summary="Withdraw a join code that was not used")
async def withdraw(invitation_id: uuid.UUID, caller: Admin, state: Services) -> Response:
    async with state.database.transaction() as connection:
        if not await withdraw_invitation(connection, invitation_id):
            raise InvitationNotFound
        await audit(connection, caller, "worker.withdraw_invitation", str(invitation_id))
    return Response(status_code=204)


@router.post("/join", status_code=201, summary="Become a worker with a join code; the key is shown only here")
async def join_with_code(
    body: Join,
    request: Request,
    state: Services,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=16,
            max_length=200,
            description="A random text. Whoever lost the answer gets it again with the same one, for 10 minutes, as "
            "long as the key was not used.",
        ),
    ] = None,
) -> JoinedView:
    """Needs no sign-in. A code works once; after ten wrong ones an address may try one every 10 s."""
    address = address_of(request)
    subjects = join_subjects(address)
    await attempt(state.database, subjects)
    try:
        async with state.database.transaction() as connection:
            secret = state.settings.jwt_secret.get_secret_value()
            joined = await join(connection, secret, body, idempotency_key)
            await succeeded(connection, subjects)
            await add_entry(connection, f"worker:{joined.name}", "worker.join", str(joined.id), {"address": address})
    except (CodeUnknown, CodeOver) as refusal:
        await note_refusal(state.database, "anonymous", "worker.join_failed", "", address=address, why=refusal.detail)
        raise
    return joined
