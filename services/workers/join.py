"""Makes a worker of a machine that shows a join code: each code works once, for one machine."""

from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.people.requests import Join
from contracts.people.views import JoinedView
from db.people.key_admin import find_key_row
from db.people.keys import KeyKind, key_id, key_text
from db.workers.changes import find_worker
from db.workers.invitations import invitation_of, mark_invitation_used
from services.errors import BadInput, DomainError
from services.people import join_codes
from services.workers.registering import take_in

#: How long a machine that lost the answer may ask for it again.
_AGAIN = timedelta(minutes=10)


class CodeUnknown(DomainError):
    """This join code is not known. Check it letter by letter, or ask an admin for a new one."""

    status = 403


class CodeOver(DomainError):
    """This join code cannot be used any more. Ask an admin for a new one."""

    status = 410


async def join(connection: AsyncConnection, secret: str, body: Join, idempotency_key: str | None) -> JoinedView:
    """The new worker with its key; or, for the same request once more, the same worker and key.

    Raises:
        CodeUnknown, CodeOver: nothing was changed.
        NameTaken, BadInput: the code can still be used.
    """
    code = join_codes.code_hash(secret, body.code)
    invitation = await invitation_of(connection, code)
    if invitation is None:
        raise CodeUnknown
    key = join_codes.key_secret(secret, code, idempotency_key) if idempotency_key else None
    if invitation["status"] == "used":
        return await _same_again(connection, invitation, key, idempotency_key)
    if invitation["status"] != "open":
        raise CodeOver(f"This join code was {_OVER[invitation['status']]}. Ask an admin for a new one.")
    made = await take_in(connection, _worker(invitation, body), invitation["key_seconds"], key)
    asked = join_codes.asked_with(idempotency_key) if idempotency_key else None
    await mark_invitation_used(connection, invitation["id"], made.id, key_id(made.api_key), asked)
    return made


_OVER = {"expired": "valid for a limited time that is over", "withdrawn": "withdrawn"}


def _worker(invitation: RowMapping, body: Join) -> dict[str, object]:
    name = invitation["name"] or body.name
    if not name:
        raise BadInput("This worker needs a name.", [("name", "give one; the invitation does not name the worker")])
    return {
        "name": name,
        "capabilities": invitation["capabilities"],
        "max_concurrency": invitation["max_concurrency"],
        "serves": invitation["serves"],
    }


async def _same_again(
    connection: AsyncConnection, invitation: RowMapping, key: str | None, idempotency_key: str | None
) -> JoinedView:
    """The answer that was given, for whom it was given to and as long as nobody has used the key."""
    used = CodeOver("This join code has been used already, and works once only. Ask an admin for a new one.")
    if key is None or idempotency_key is None or invitation["used_for"] > _AGAIN:
        raise used
    row = await find_key_row(connection, invitation["key_id"])
    worker = await find_worker(connection, invitation["worker_id"])
    was_asked_so = invitation["asked_with"] == join_codes.asked_with(idempotency_key)
    if not was_asked_so or row is None or worker is None or row["status"] != "valid" or row["last_used_at"]:
        raise used
    return JoinedView(
        id=worker["id"],
        name=worker["name"],
        capabilities=worker["capabilities"],
        max_concurrency=worker["max_concurrency"],
        serves=worker["serves"],
        api_key=key_text(KeyKind.WORKER, row["id"], key),
        key_expires_at=row["expires_at"],
    )
