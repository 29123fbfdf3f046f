"""Workers as people see and register them."""

import uuid

from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.audit import audit
from api.errors import BadInput, NameTaken, WorkerNotFound
from api.schemas import WorkerRegistration
from api.security.principal import Admin, Reader
from api.state import Services
from contracts.task_types import CAPABILITIES
from contracts.views import WorkerKeyView, WorkersView, WorkerView
from db.keys import KeyKind, make_key
from db.workers import list_workers, register

router = APIRouter(prefix="/workers", tags=["workers"])


_REVOKE = text("UPDATE api_keys SET revoked_at = now() WHERE worker_id = :id AND revoked_at IS NULL RETURNING id")


@router.get("", summary="Every worker and what it is doing")
async def get_workers(_: Reader, state: Services) -> WorkersView:
    async with state.database.transaction() as connection:
        rows = await list_workers(connection)
    return WorkersView(workers=[WorkerView.model_validate(dict(row)) for row in rows])


@router.post("/register", status_code=201, summary="Register a worker; its key is shown only here")
async def register_worker(body: WorkerRegistration, caller: Admin, state: Services) -> WorkerKeyView:
    unknown = sorted(set(body.capabilities) - set(CAPABILITIES))
    if unknown:
        known = ", ".join(CAPABILITIES)
        raise BadInput(f"No task type needs {', '.join(unknown)}.", [("capabilities", f"choose from {known}")])
    values = body.model_dump(exclude={"metadata"}) | {"details": body.metadata}
    try:
        async with state.database.transaction() as connection:
            worker_id = await register(connection, values)
            key = await make_key(connection, KeyKind.WORKER, worker_id=worker_id)
            await audit(connection, caller, "worker.register", str(worker_id), name=body.name)
    except IntegrityError:
        raise NameTaken(f"There is a worker called '{body.name}' already. Choose another name.") from None
    return WorkerKeyView(id=worker_id, name=body.name, capabilities=body.capabilities, api_key=key)


@router.post("/{worker_id}/revoke", status_code=204, summary="Revoke the keys of a worker at once")
async def revoke(worker_id: uuid.UUID, caller: Admin, state: Services) -> Response:
    async with state.database.transaction() as connection:
        revoked = (await connection.execute(_REVOKE, {"id": worker_id})).scalars().all()
        if not revoked:
            raise WorkerNotFound("There is no worker with this id that has a valid key.")
        await audit(connection, caller, "worker.revoke", str(worker_id), keys=list(revoked))
    return Response(status_code=204)
