"""Routes of API keys, for admins."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.audit import audit
from api.security.principal import Admin
from api.state import Services
from contracts.people.requests import NewKey, Rotation
from contracts.people.views import KeyPage, KeyView, NewKeyView
from contracts.storable import Text
from db.people.key_admin import list_keys, revoke_key, rotate_key
from db.people.keys import KeyKind, make_key
from db.people.keys import key_id as id_of
from db.people.users import find_user
from services.errors import BadInput, DomainError
from services.workers.registering import end_of

router = APIRouter(prefix="/keys", tags=["keys"])

KeyId = Annotated[str, Path(max_length=100)]


class KeyNotFound(DomainError):
    """There is no such key that is still valid."""

    status = 404
    see = "GET /api/v1/keys"


class KeyQuery(BaseModel):
    """Filters; every one that is given must match."""

    model_config = {"extra": "forbid"}

    kind: KeyKind | None = None
    owner: Text | None = Field(default=None, max_length=200, description="Name of the person or worker")
    ended: bool = Field(default=False, description="Also keys that are expired, revoked or disabled")
    page: int = Field(default=1, ge=1, le=1_000)
    limit: int = Field(default=100, ge=1, le=1_000)


@router.get("", summary="List keys without their secrets, the newest first")
async def get_keys(query: Annotated[KeyQuery, Query()], _: Admin, state: Services) -> KeyPage:
    async with state.database.transaction() as connection:
        rows = await list_keys(
            connection,
            kind=query.kind,
            owner=query.owner,
            ended=query.ended,
            offset=(query.page - 1) * query.limit,
            limit=query.limit + 1,
        )
    shown = [KeyView.model_validate(dict(row)) for row in rows[: query.limit]]
    return KeyPage(keys=shown, page=query.page, more=len(rows) > query.limit)


@router.post("", status_code=201, summary="Make a key for a person or a service; its secret is shown only here")
async def create(body: NewKey, caller: Admin, state: Services) -> NewKeyView:
    expires_at = end_of(body.expires_in)
    async with state.database.transaction() as connection:
        user = await find_user(connection, body.user) if body.user else None
        if body.user and user is None:
            raise BadInput(f"There is no user '{body.user}' who may sign in.", [("user", "nobody is called so")])
        key = await make_key(
            connection,
            KeyKind(body.kind),
            user_id=user.id if user else None,
            label=body.label,
            expires_at=expires_at,
        )
        id_ = id_of(key)
        await audit(connection, caller, "key.create", id_, kind=body.kind, user=body.user, label=body.label)
    return NewKeyView(id=id_, api_key=key, expires_at=expires_at)


@router.post("/{key_id}/rotate", summary="Replace a key; the old one stays valid for a while")
async def rotate(key_id: KeyId, body: Rotation, caller: Admin, state: Services) -> NewKeyView:
    async with state.database.transaction() as connection:
        rotated = await rotate_key(connection, key_id, timedelta(seconds=body.grace_seconds))
        if rotated is None:
            raise KeyNotFound
        new = id_of(rotated.key)
        await audit(connection, caller, "key.rotate", key_id, new=new)
    return NewKeyView(id=new, api_key=rotated.key, expires_at=rotated.expires_at, old_expires_at=rotated.old_expires_at)


@router.post("/{key_id}/revoke", status_code=204, summary="Revoke a key; its calls are refused within 2 s")
async def revoke(key_id: KeyId, caller: Admin, state: Services) -> Response:
    async with state.database.transaction() as connection:
        if not await revoke_key(connection, key_id):
            raise KeyNotFound
        await audit(connection, caller, "key.revoke", key_id)
    return Response(status_code=204)
