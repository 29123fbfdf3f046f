"""Checks results, errors and progress that workers report, before Temporal and the mirror keep them.

Without this a result that is no JSON object would keep its workflow from ever ending, and a NUL in an error text
would keep Postgres from taking whatever is written together with it.
"""

import temporalio.api.common.v1 as common
import temporalio.api.failure.v1 as failure_api

from contracts.storable import readable_json
from contracts.tasks.work import ERROR_LIMIT, RESULT_LIMIT, TYPE_LIMIT

#: Longest wait before the next attempt that a worker may ask for: a day, as in `RetrySettings`.
_LONGEST_WAIT_SECONDS = 86_400


def bad_result(result: common.Payloads) -> failure_api.Failure | None:
    """The failure that a task ends with whose result cannot be kept; None if it can."""
    problem = _problem(result)
    if problem is None:
        return None
    info = failure_api.ApplicationFailureInfo(type="BadResult", non_retryable=True)
    return failure_api.Failure(message=problem, source="gateway", application_failure_info=info)


def clean_failure(failure: failure_api.Failure) -> None:
    """Bound a failure and take out what cannot be kept. Whatever it claims to be, it is the handler's error."""
    failure.message = _clean(failure.message)[:ERROR_LIMIT]
    # It names paths of the worker's machine; the worker's own log has it.
    failure.ClearField("stack_trace")
    # Causes and encoded details are shown nowhere, and nobody has bounded them.
    failure.ClearField("cause")
    failure.ClearField("encoded_attributes")
    info = failure.application_failure_info
    info.ClearField("details")
    info.type = _clean(info.type)[:TYPE_LIMIT] or "Error"
    if not 0 <= info.next_retry_delay.seconds <= _LONGEST_WAIT_SECONDS or info.next_retry_delay.nanos < 0:
        info.ClearField("next_retry_delay")


def _problem(result: common.Payloads) -> str | None:
    if len(result.payloads) != 1 or result.payloads[0].metadata.get("encoding") != b"json/plain":
        return "The worker's result is not a JSON document."
    data = result.payloads[0].data
    if len(data) > RESULT_LIMIT:
        return f"The worker's result is {len(data)} bytes; at most {RESULT_LIMIT} are kept."
    try:
        is_object = isinstance(readable_json(data), dict)
    except ValueError:
        return "The worker's result is not readable as JSON."
    return None if is_object else "The worker's result is not a JSON object."


def _clean(text: str) -> str:
    return text.replace("\x00", "")
