"""Checks results, errors and progress that workers report, before Temporal and the mirror keep them.

Without this a result that is no JSON object would keep its workflow from ever ending, and a NUL in an error text
would keep Postgres from taking whatever is written together with it.
"""

from typing import Any

import temporalio.api.common.v1 as common
import temporalio.api.failure.v1 as failure_api

from contracts.storable import readable_json
from contracts.tasks.work import ERROR_LIMIT, RESULT_LIMIT, TYPE_LIMIT

#: Longest wait before the next attempt that a worker may ask for: a day, as in `RetrySettings`.
_LONGEST_WAIT_SECONDS = 86_400


class BadResult(Exception):
    """A result that cannot be kept. The text is a sentence."""

    def as_failure(self) -> failure_api.Failure:
        """What its task ends with."""
        info = failure_api.ApplicationFailureInfo(type="BadResult", non_retryable=True)
        return failure_api.Failure(message=str(self), source="gateway", application_failure_info=info)


def read_result(result: common.Payloads) -> dict[str, Any]:
    """What a task ends with.

    Raises:
        BadResult: it cannot be kept.
    """
    if len(result.payloads) != 1 or result.payloads[0].metadata.get("encoding") != b"json/plain":
        raise BadResult("The worker's result is not a JSON document.")
    data = result.payloads[0].data
    if len(data) > RESULT_LIMIT:
        raise BadResult(f"The worker's result is {len(data)} bytes; at most {RESULT_LIMIT} are kept.")
    try:
        value = readable_json(data)
    except ValueError:
        raise BadResult("The worker's result is not readable as JSON.") from None
    if not isinstance(value, dict):
        raise BadResult("The worker's result is not a JSON object.")
    return value


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


def _clean(text: str) -> str:
    return text.replace("\x00", "")
