"""Finds the lease of a bot's attempt: by the token it shows or, without a token, the newest it was handed."""

import uuid

from api.state import State
from contracts.tasks.work import Lease
from db.workers.bot_leases import BotLease, find_bot_lease
from services.errors import NotYourTask
from services.records.storing import lease_in, read_lease, token_in


async def lease_of_bot(state: State, worker_id: uuid.UUID, task_id: uuid.UUID, token: str | None) -> BotLease:
    """The worker's lease of this task. Whether it is still in force is for the gateway and Temporal to say.

    Raises:
        NotYourTask: it was never handed the task, or shows another's token.
    """
    async with state.database.transaction() as connection:
        newest = await find_bot_lease(connection, worker_id, task_id)
    if token is not None:
        lease = read_lease(token, state.settings.lease_keys, worker_id=worker_id, task_id=task_id)
        shown = token_in(token)
        if newest is None or newest.token != shown:
            return BotLease(worker_id, task_id, lease.round, lease.run_id, lease.attempt, shown, beat={})
    if newest is None:
        raise NotYourTask("This worker holds no such task; it has to claim one first.")
    return newest


async def lease_for(state: State, worker_id: uuid.UUID | None, task_id: uuid.UUID, token: str | None) -> Lease:
    """The lease under which a worker delivers or reads rows; SDK workers show the token, bots may leave it out.

    Raises:
        NotYourTask: there is none, or it is another's.
    """
    keys = state.settings.lease_keys
    if token is None and worker_id is not None:
        async with state.database.transaction() as connection:
            newest = await find_bot_lease(connection, worker_id, task_id)
        if newest is not None:
            return lease_in(newest.token, keys, worker_id=worker_id, task_id=task_id)
    return read_lease(token, keys, worker_id=worker_id, task_id=task_id)
