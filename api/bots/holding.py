"""Which attempt a bot means: the one its token names, or, without a token, the one that it was handed last."""

import uuid

from api.state import State
from contracts.tasks.work import Lease
from db.workers.bot_leases import Held, find_held
from services.errors import NotYourTask
from services.records.storing import lease_in, read_lease, token_in


async def held_by(state: State, worker_id: uuid.UUID, task_id: uuid.UUID, token: str | None) -> Held:
    """What the worker holds of this task. Whether it still does is for the gateway and Temporal to say.

    Raises:
        NotYourTask: it was never handed the task, or shows another's token.
    """
    async with state.database.transaction() as connection:
        held = await find_held(connection, worker_id, task_id)
    if token is not None:
        lease = read_lease(token, state.settings.lease_keys, worker_id=worker_id, task_id=task_id)
        shown = token_in(token)
        if held is None or held.token != shown:
            return Held(worker_id, task_id, lease.round, lease.run_id, lease.attempt, shown, beat={})
    if held is None:
        raise NotYourTask("This worker holds no such task. Take tasks with POST /api/v1/tasks/claim.")
    return held


async def lease_for(state: State, worker_id: uuid.UUID | None, task_id: uuid.UUID, token: str | None) -> Lease:
    """The lease under which a worker delivers or reads rows; SDK workers show the token, bots may leave it out.

    Raises:
        NotYourTask: there is none, or it is another's.
    """
    keys = state.settings.lease_keys
    if token is None and worker_id is not None:
        async with state.database.transaction() as connection:
            held = await find_held(connection, worker_id, task_id)
        if held is not None:
            return lease_in(held.token, keys, worker_id=worker_id, task_id=task_id)
    return read_lease(token, keys, worker_id=worker_id, task_id=task_id)
