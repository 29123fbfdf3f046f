"""Makes the limits of Temporal's queues equal to what Postgres wants. A rate of 0 is how Temporal pauses a queue.

A capability has more than one queue where workspaces have workers of their own: together they are held to what the
capability is held to.

Woken by NOTIFY and looks by itself every few seconds: restarts of Temporal, Postgres or core, and changes made on the
Temporal side, are all mended by the next look.
"""

import asyncio
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import temporalio.api.enums.v1 as enums
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from contracts import names
from contracts.task_types import CAPABILITIES
from db.engine import one_by_one
from db.listen import Listening
from db.workers.circuits import SYSTEM
from db.workers.controls import Control, all_controls
from db.workers.own_queues import own_queues, probed_queue

logger = logging.getLogger(__name__)

_POLL_SECONDS = 5.0
#: Temporal is asked what it has at every look that comes this long after the last one that asked; about queues that
#: shall have no limit, which mostly are all, half as often: a question about each is much of what core asks at rest.
_CHECK_SECONDS = 4.5
_CHECK_FREE_SECONDS = 9.5
_RPC_TIMEOUT = timedelta(seconds=4)
#: Temporal's own limit is 1,000 characters.
_LONGEST_REASON = 900
#: Hand-outs per second while a probe is awaited: one task, and 2 s to shut the queue behind it.
PROBE_RATE = 0.5
#: A queue that has brought no probe for so long passes its turn on; longer where a rate lets less than one through.
PROBE_TURN_SECONDS = 15.0
_ACTIVITY = enums.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY


@dataclass(frozen=True)
class Limit:
    """The limit of one queue. ``rate`` None: no limit."""

    rate: float | None = None
    reason: str = ""
    author: str = ""


def limit_of(control: Control) -> Limit:
    """What the queue must be set to; the strictest wish wins."""
    for pause, what in ((control.everything, "everything is paused"), (control.pause, "paused")):
        if pause:
            return _limit(0, f"{what}: {pause.reason}", pause.by)
    cap = control.rate.per_second if control.rate else math.inf
    circuit = control.circuit
    if circuit and circuit.state == "half_open" and circuit.probe_task_id is None:
        return _limit(min(cap, PROBE_RATE), f"circuit: probing after {circuit.reason}", SYSTEM)
    if circuit:
        return _limit(0, f"circuit: the source keeps failing: {circuit.reason}", SYSTEM)
    return _limit(cap, "rate cap", control.rate.by) if control.rate else Limit()


def limits_of(control: Control, queues: Sequence[str], probed: str, unserved: Sequence[str] = ()) -> dict[str, Limit]:
    """The same for each of its queues.

    Args:
        control: what is wanted for the capability.
        queues: that workers ask.
        probed: the one that brings the probe, while a circuit waits for it.
        unserved: that nobody asks yet. They are shut with the others, and have no part of a rate.
    """
    whole = limit_of(control)
    circuit = control.circuit
    if whole.rate and circuit and circuit.state == "half_open":
        probed = probed if probed in queues else control.capability
        held = _limit(0, f"circuit: the probe comes through {probed}", SYSTEM)
        return {queue: whole if queue == probed else held for queue in (*queues, *unserved)}
    # In equal parts: Temporal counts each by itself, and all of them together shall not be faster.
    share = replace(whole, rate=whole.rate / len(queues)) if whole.rate else whole
    return dict.fromkeys(queues, share) | dict.fromkeys(unserved if whole.rate == 0 else (), whole)


def _limit(rate: float, reason: str, author: str) -> Limit:
    return Limit(rate, reason[:_LONGEST_REASON], author)


class QueueLimits:
    """Idempotent: several cores may do this at once."""

    def __init__(self, engine: AsyncEngine, client: Client) -> None:
        self._engine = engine
        self._client = client
        #: What this process last set or found. Only to act quickly: every few seconds Temporal itself is asked.
        self._known: dict[str, Limit] = {}
        self._checked_at = self._all_checked_at = -math.inf

    async def run(self, listening: Listening) -> None:
        """Work until cancelled."""
        async for _ in listening.wakeups(names.CONTROLS_CHANNEL, _POLL_SECONDS):
            try:
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("the limits of the queues cannot be read right now: %s", error)

    async def look(self) -> None:
        """Make every queue equal to what is wanted now."""
        limits: dict[str, Limit] = {}
        async with one_by_one(self._engine).connect() as connection:
            own = await own_queues(connection)
            for control in await all_controls(connection, CAPABILITIES):
                queues, probed = own.queues_of(control.capability), control.capability
                if len(queues) > 1 and control.circuit and control.circuit.state == "half_open":
                    turn = max(PROBE_TURN_SECONDS, 2 / (limit_of(control).rate or math.inf))
                    probed = await probed_queue(connection, control.capability, queues, turn)
                limits |= limits_of(control, queues, probed, own.unserved(control.capability))
        self._doubt(time.monotonic())
        await self._enforce_all(limits)

    def _doubt(self, now: float) -> None:
        """Have Temporal asked about what somebody may have changed there meanwhile."""
        if now - self._all_checked_at > _CHECK_FREE_SECONDS:
            self._known.clear()
            self._all_checked_at = self._checked_at = now
        elif now - self._checked_at > _CHECK_SECONDS:
            self._known = {queue: limit for queue, limit in self._known.items() if limit == Limit()}
            self._checked_at = now

    async def _enforce_all(self, limits: Mapping[str, Limit]) -> None:
        # What is no queue any more, and becomes one again, is asked about anew.
        self._known = {queue: limit for queue, limit in self._known.items() if queue in limits}
        changed = {queue: limit for queue, limit in limits.items() if self._known.get(queue) != limit}
        # What shuts a queue goes before what opens another one of the same capability.
        await self._enforce_some({queue: limit for queue, limit in changed.items() if limit.rate == 0})
        await self._enforce_some({queue: limit for queue, limit in changed.items() if limit.rate != 0})

    async def _enforce_some(self, limits: Mapping[str, Limit]) -> None:
        results = await asyncio.gather(*map(self._enforce, limits, limits.values()), return_exceptions=True)
        for queue, result in zip(limits, results, strict=True):
            if isinstance(result, RPCError):
                logger.warning("the limit of %s cannot be set right now: %s", queue, result.message)
            elif result is not None:
                raise result

    async def _enforce(self, queue: str, wanted: Limit) -> None:
        if queue in self._known or not _equal(await self._found(queue), wanted):
            await self._set(queue, wanted)
        self._known[queue] = wanted

    async def _set(self, queue: str, wanted: Limit) -> None:
        request = service.UpdateTaskQueueConfigRequest(
            namespace=self._client.namespace,
            identity=wanted.author or self._client.identity,
            task_queue=queue,
            task_queue_type=_ACTIVITY,
        )
        # An update without a rate takes the limit away.
        request.update_queue_rate_limit.reason = wanted.reason
        if wanted.rate is not None:
            request.update_queue_rate_limit.rate_limit.requests_per_second = wanted.rate
        await self._client.workflow_service.update_task_queue_config(request, timeout=_RPC_TIMEOUT)
        logger.info("%s: %s", queue, f"{wanted.rate:g}/s, {wanted.reason}" if wanted.rate is not None else "no limit")

    async def _found(self, queue: str) -> Limit:
        request = service.DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=taskqueue.TaskQueue(name=queue),
            task_queue_type=_ACTIVITY,
            report_config=True,
        )
        reply = await self._client.workflow_service.describe_task_queue(request, timeout=_RPC_TIMEOUT)
        limit = reply.config.queue_rate_limit
        if not limit.HasField("rate_limit"):
            return Limit()
        return Limit(limit.rate_limit.requests_per_second, limit.metadata.reason, limit.metadata.update_identity)


def _equal(found: Limit, wanted: Limit) -> bool:
    if found.rate is None or wanted.rate is None:
        return found.rate is wanted.rate
    # Temporal keeps the rate as a 32-bit float.
    same_rate = math.isclose(found.rate, wanted.rate, rel_tol=1e-5)
    return same_rate and (found.reason, found.author) == (wanted.reason, wanted.author)
