"""The API as a client of the gateway: what a bot asks over HTTP is asked there with the bot's own key.

So queues, tokens, limits, presence and the mirror are the gateway's to decide, as for any other worker.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

import grpc
import temporalio.api.common.v1 as common
import temporalio.api.failure.v1 as failure_api
import temporalio.api.taskqueue.v1 as taskqueue
import temporalio.api.workflowservice.v1 as service
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random_exponential

from api.bots.bot import Bot
from contracts.settings import ServerSettings
from contracts.tasks.work import Beat, TaskFailure
from runtime.refused import Refused
from runtime.upstream import Upstream
from services.errors import GatewayUnavailable, NotAllowed, NotYourTask, WrongState

logger = logging.getLogger(__name__)

#: Temporal answers a poll that found nothing this long before the caller gives up.
_BUDGET_SECONDS = 1.0
#: Temporal refuses polls with less than 2 s left when they reach it.
SHORTEST_POLL_SECONDS = 1.5
_REPORT_TIMEOUT = 5.0
#: A gateway that restarts is waited for this long.
_PATIENCE_SECONDS = 6.0
_AWAY = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED})


class LeaseGone(Exception):
    """Temporal no longer waits for this attempt."""


@dataclass(frozen=True)
class Verdict:
    """What a heartbeat is answered: the attempt goes on, or why it stops."""

    stop: str | None = None


class Gateway:
    """One connection for all bots of this process."""

    def __init__(self, settings: ServerSettings) -> None:
        self._upstream = connect(settings)
        self._namespace = settings.temporal_namespace

    async def close(self) -> None:
        await self._upstream.close()

    async def poll(self, bot: Bot, queue: str, seconds: float) -> service.PollActivityTaskQueueResponse | None:
        """One task, or None when none came in that time.

        Raises:
            NotAllowed: the gateway refuses the key or the capability.
            GatewayUnavailable: it cannot be asked right now.
        """
        request = service.PollActivityTaskQueueRequest(
            namespace=self._namespace, task_queue=taskqueue.TaskQueue(name=queue)
        )
        timeout = max(seconds, SHORTEST_POLL_SECONDS) + _BUDGET_SECONDS
        try:
            raw = await self._upstream.call("PollActivityTaskQueue", request.SerializeToString(), timeout, _signed(bot))
        except Refused as refused:
            if _came_too_late(refused):
                return None
            raise _fact(refused) from None
        reply = service.PollActivityTaskQueueResponse.FromString(raw)
        return reply if reply.task_token else None

    async def beat(self, bot: Bot, token: bytes, beat: Beat) -> Verdict:
        """Report that an attempt goes on. Raises LeaseGone, NotYourTask, GatewayUnavailable."""
        request = service.RecordActivityTaskHeartbeatRequest(
            namespace=self._namespace, task_token=token, details=_payloads(beat.model_dump(mode="json"))
        )
        raw = await self._report(bot, "RecordActivityTaskHeartbeat", request)
        reply = service.RecordActivityTaskHeartbeatResponse.FromString(raw)
        if reply.cancel_requested:
            return Verdict("task_cancelled")
        if reply.activity_paused or reply.activity_reset:
            return Verdict("lease_lost")
        return Verdict()

    async def succeeded(self, bot: Bot, token: bytes, result: dict[str, Any]) -> None:
        """Raises LeaseGone, NotYourTask, GatewayUnavailable; so do the other two."""
        request = service.RespondActivityTaskCompletedRequest(
            namespace=self._namespace, task_token=token, result=_payloads(result)
        )
        await self._report(bot, "RespondActivityTaskCompleted", request)

    async def failed(self, bot: Bot, token: bytes, failure: TaskFailure, retry_after: float | None = None) -> None:
        info = failure_api.ApplicationFailureInfo(type=failure.type, non_retryable=not failure.retryable)
        if retry_after is not None:
            info.next_retry_delay.FromNanoseconds(int(retry_after * 1e9))
        request = service.RespondActivityTaskFailedRequest(
            namespace=self._namespace,
            task_token=token,
            failure=failure_api.Failure(message=failure.message, source="bot", application_failure_info=info),
        )
        await self._report(bot, "RespondActivityTaskFailed", request)

    async def cancelled(self, bot: Bot, token: bytes) -> None:
        request = service.RespondActivityTaskCanceledRequest(namespace=self._namespace, task_token=token)
        try:
            await self._report(bot, "RespondActivityTaskCanceled", request)
        except WrongState:
            raise WrongState("Nobody has cancelled this task. Report that it succeeded or failed.") from None

    async def _report(self, bot: Bot, method: str, request: Any) -> bytes:
        """Tried again while the gateway restarts: a heartbeat may come twice, an outcome counts once."""
        attempts = AsyncRetrying(
            retry=retry_if_exception(_is_away),
            stop=stop_after_delay(_PATIENCE_SECONDS),
            wait=wait_random_exponential(0.1, max=1),
            reraise=True,
        )
        try:
            reply: bytes = await attempts(
                self._upstream.call, method, request.SerializeToString(), _REPORT_TIMEOUT, _signed(bot)
            )
        except Refused as refused:
            if refused.code is grpc.StatusCode.NOT_FOUND:
                raise LeaseGone(refused.message) from None
            if refused.code is grpc.StatusCode.PERMISSION_DENIED:
                raise NotYourTask(refused.message) from None
            raise _fact(refused) from None
        return reply


def connect(settings: ServerSettings) -> Upstream:
    """A connection to the gateway, as the settings say."""
    if not settings.gateway_dials_tls:
        return Upstream(settings.gateway_dial_address)
    authorities = settings.gateway_ca.read_bytes() if settings.gateway_ca else None
    name = settings.gateway_address.rpartition(":")[0] if settings.gateway_internal_address else None
    return Upstream(settings.gateway_dial_address, grpc.ssl_channel_credentials(authorities), name)


def _signed(bot: Bot) -> tuple[tuple[str, str], ...]:
    """Whose call it is, and from where: the gateway believes that if this API is one of its trusted proxies."""
    forwarded = (("x-forwarded-for", bot.address),) if bot.address else ()
    return ("authorization", f"Bearer {bot.key}"), *forwarded


def _is_away(error: BaseException) -> bool:
    return isinstance(error, Refused) and error.code in _AWAY


def _came_too_late(refused: Refused) -> bool:
    """The empty answer did not come back in time, or the poll, on a busy machine, not there (2 s must be left)."""
    return refused.code is grpc.StatusCode.DEADLINE_EXCEEDED or (
        refused.code is grpc.StatusCode.FAILED_PRECONDITION and "too short" in refused.message
    )


def _fact(refused: Refused) -> Exception:
    if refused.code is grpc.StatusCode.PERMISSION_DENIED:
        return NotAllowed(refused.message)
    if refused.code is grpc.StatusCode.INVALID_ARGUMENT:
        return WrongState(refused.message)
    logger.warning("the gateway answers %s: %s", refused.code.name, refused.message)
    return GatewayUnavailable()


def _payloads(value: dict[str, Any]) -> common.Payloads:
    data = json.dumps(value, allow_nan=False).encode()
    return common.Payloads(payloads=[common.Payload(metadata={"encoding": b"json/plain"}, data=data)])
