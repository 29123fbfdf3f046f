"""Opening a session: the worker that holds its task says so, and is told how it is shared."""

import uuid

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.plans.plan import SessionTerms
from contracts.plans.sessions import OpenedSessionView
from contracts.task_types import TASK_TYPES
from contracts.tasks.work import Lease
from db.plans import sessions
from services.errors import BadInput, NotAllowed, NotYourTask
from services.records.storing import check_holder


async def open_session(connection: AsyncConnection, task_id: uuid.UUID, lease: Lease, worker: str) -> OpenedSessionView:
    """Note that this attempt has the session open; the steps that run in it come to its worker from now on.

    Raises:
        NotYourTask: the attempt is stale, or the task is over.
        BadInput: the task is no session of a plan.
        NotAllowed: its worker may not do all that runs in it.
    """
    await check_holder(connection, task_id, lease)
    asked = await sessions.asked(connection, task_id, lease.worker_id)
    if asked is None:
        raise BadInput("A session is opened for a plan. Name it under sessions, and in the steps that run in it.")
    needed = {TASK_TYPES[name].capability for name in asked["types"] if name in TASK_TYPES}
    missing = sorted(needed - set(asked["capabilities"] or ()))
    if missing:
        raise NotAllowed(f"What runs in this session needs {', '.join(missing)}, which worker {worker} may not do.")
    opened = await sessions.open_session(connection, task_id, asked["plan_id"], lease)
    if opened is None:
        raise NotYourTask
    if opened.is_new:
        await sessions.tell_opened(connection, task_id, worker, opened.generation)
    return OpenedSessionView(size=SessionTerms.model_validate(asked["opens"]).size, generation=opened.generation)
