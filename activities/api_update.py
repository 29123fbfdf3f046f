"""Call a path of the internal API so that it takes effect once, and keep what was sent and answered."""

import hashlib
import json

from activities.context import TaskContext
from activities.sources.internal.client import Answer, Call, InternalClient, refuse
from activities.sources.internal.settings import InternalSettings
from activities.sources.retry_waits import wait_and_retry
from contracts.errors import SourceUnavailable
from contracts.params.analysis import ApiUpdateParams
from contracts.records.rows import ApiUpdate, RecordKind
from contracts.tasks.results import ApiUpdateResult

#: Most of the answer that the result repeats, in characters; the row has more of it.
EXCERPT = 1_000


async def api_update(context: TaskContext, params: ApiUpdateParams) -> ApiUpdateResult:
    """Send the call. An API that honours the Idempotency-Key acts once per task and call, however often it is asked.

    A success is any status from 200 to 299; what the answer says is kept and not judged.

    Raises:
        TaskError: see `contracts.errors`.
    """
    key = idempotency_key(context.task_id, params)
    call = Call(params.method, params.endpoint, params.payload, key)
    async with InternalClient(InternalSettings.from_environment()) as internal:
        internal.check(call)
        context.progress(step=f"{call.method} {call.path}")
        answer = await wait_and_retry(context, "the internal API", lambda: _call(context, internal, call))
    return ApiUpdateResult(
        status_code=answer.status,
        request_id=key,
        duration_ms=answer.duration_ms,
        response=answer.text[:EXCERPT],
    )


def idempotency_key(task_id: str, params: ApiUpdateParams) -> str:
    """The same for all attempts and for a person's retries: nobody knows for certain that a failed call did nothing.

    So a retry of a task that succeeded is answered, not done again; a new task is a new call. So is what a person put
    right before a retry: under the key of the call before it, an API would repeat the answer to that one, or refuse it
    for its other body (draft-ietf-httpapi-idempotency-key-header-07, section 2.7).
    """
    content = json.dumps([params.method, params.endpoint, params.payload], sort_keys=True)
    return f"{task_id}:api_update:{hashlib.sha256(content.encode()).hexdigest()[:16]}"


async def _call(context: TaskContext, internal: InternalClient, call: Call) -> Answer:
    """Send and keep, whatever came of it: the row of the last attempt is the one that stays."""
    try:
        answer = await internal.send(call)
    except SourceUnavailable as error:
        await _keep(context, call, Answer(status=0, text=str(error), duration_ms=0, retry_after=None))
        raise
    await _keep(context, call, answer)
    refuse(answer)
    return answer


async def _keep(context: TaskContext, call: Call, answer: Answer) -> None:
    row = ApiUpdate(
        request_id=call.idempotency_key,
        endpoint=call.path,
        method=call.method,
        payload=call.payload,
        status_code=answer.status,
        response=answer.text,
        duration_ms=answer.duration_ms,
    )
    await context.store(RecordKind.API_UPDATES, [row])
