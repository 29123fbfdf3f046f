"""Routes that change a worker, for admins: settings, key, retirement."""

import uuid
from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy.exc import IntegrityError

from api.audit import audit
from api.security.principal import Admin
from api.state import Services
from contracts.people.requests import Rotation, WorkerChange
from contracts.people.views import NewKeyView, WorkerSettingsView
from db.people.key_admin import keys_of_worker, revoke_keys_of_worker, rotate_key
from db.people.keys import key_id
from db.workers.changes import change_worker, retire_worker
from services.errors import BadInput, WorkerNotFound
from services.workers.registering import check_capabilities, check_serves, name_taken

router = APIRouter(prefix="/workers/{worker_id}", tags=["workers"])


@router.patch("", summary="Change a worker's name, capabilities, concurrency or workspaces; in force within 2 s")
async def change(worker_id: uuid.UUID, body: WorkerChange, caller: Admin, state: Services) -> WorkerSettingsView:
    changes = body.model_dump(exclude_none=True) | body.model_dump(include={"serves"} & body.model_fields_set)
    if not changes:
        raise BadInput(
            "Say what to change: its name, its capabilities, how many tasks at once, or the workspaces that it serves."
        )
    check_capabilities(body.capabilities or [])
    try:
        async with state.database.transaction() as connection:
            await check_serves(connection, body.serves)
            row = await change_worker(connection, worker_id, changes)
            if row is None:
                raise WorkerNotFound
            await audit(connection, caller, "worker.change", str(worker_id), **changes)
    except IntegrityError:
        raise name_taken(body.name or "") from None
    return WorkerSettingsView.model_validate(dict(row))


@router.post("/rotate", summary="Replace the key of a worker; the old one stays valid for a while")
async def rotate(worker_id: uuid.UUID, body: Rotation, caller: Admin, state: Services) -> NewKeyView:
    grace = timedelta(seconds=body.grace_seconds)
    async with state.database.transaction() as connection:
        valid = await keys_of_worker(connection, worker_id)
        rotated = await rotate_key(connection, valid[0], grace) if valid else None
        if rotated is None:
            raise WorkerNotFound("There is no worker with this id that has a valid key.")
        id_ = key_id(rotated.key)
        await audit(connection, caller, "worker.rotate", str(worker_id), old=valid[0], new=id_)
    return NewKeyView(id=id_, api_key=rotated.key, expires_at=rotated.expires_at, old_expires_at=rotated.old_expires_at)


@router.delete("", status_code=204, summary="Retire a worker: revoke its keys and end its listing")
async def retire(worker_id: uuid.UUID, caller: Admin, state: Services) -> Response:
    """What it did stays in the history of its tasks. Its name is free again."""
    async with state.database.transaction() as connection:
        name = await retire_worker(connection, worker_id)
        if name is None:
            raise WorkerNotFound
        revoked = await revoke_keys_of_worker(connection, worker_id)
        await audit(connection, caller, "worker.retire", str(worker_id), name=name, keys=list(revoked))
    return Response(status_code=204)
