"""Turns HTTP errors of a model's provider into our errors."""

import re
from http import HTTPStatus

from contracts.errors import CredentialsRefused, NotFound, QuotaUsedUp, RateLimited, SourceUnavailable, TaskError
from contracts.retry_after import retry_after_seconds

#: How providers say that money is missing, also under a status that else means "slow down".
_OUT_OF_CREDIT = (
    "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error",
    "credit balance is too low", "specified api usage limits", "insufficient balance", "insufficient_balance",
    "insufficient credits",
)  # fmt: skip
#: Money as well, unless the sentence goes on with when to ask again: Gemini, behind OpenAI's protocol, says so of what
#: it counts by the minute. Of a day, and of what a plan does not have at all, it says so, too.
_QUOTA = "exceeded your current quota"
_OF_LONGER = re.compile(r"per_?day|limit: 0\b", re.IGNORECASE)
_SOON = re.compile(r"(?:retry|try again) in (?:(\d+)h)?(?:(\d+)m)?(\d+(?:\.\d+)?)s", re.IGNORECASE)
#: A request that is larger than what the account may send in a minute never gets through, however long one waits.
_TOO_LARGE = "request too large for"


class RequestRefused(TaskError):
    """The model's provider does not accept the request."""

    retryable = False


def refusal(provider: str, status: int, retry_after: str | None, said: str = "") -> TaskError:
    """The error for a status of 400 or more. `provider` in capitals begins its variables."""
    variables = provider.upper()
    if status == HTTPStatus.PAYMENT_REQUIRED or _is_out_of_credit(said):
        return QuotaUsedUp(
            f"The account of {variables}_API_KEY is out of credit, or at its cap ({status}). Buy credit or raise the "
            f"cap at {provider}, or wait for the next period; slowing down does not help."
        )
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return CredentialsRefused(f"{provider} refuses this worker's key ({status}). Check {variables}_API_KEY.")
    if status == HTTPStatus.TOO_MANY_REQUESTS and _TOO_LARGE not in said.lower():
        return RateLimited(f"{provider} asked this worker to slow down.", retry_after=_wait(retry_after, said))
    if status == HTTPStatus.NOT_FOUND:
        return NotFound(f"{provider} knows no such model or path. Check {variables}_MODEL and {variables}_BASE_URL.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return SourceUnavailable(f"{provider} answered with an error of its own ({status}).")
    return RequestRefused(
        f"{provider} does not accept the request ({status}). Check {variables}_MODEL, and lower MODEL_CONTEXT_CHARS "
        "if its window, or what the account may send in a minute, is small."
    )


def _is_out_of_credit(said: str) -> bool:
    if any(words in said.lower() for words in _OUT_OF_CREDIT):
        return True
    return _QUOTA in said.lower() and (_SOON.search(said) is None or _OF_LONGER.search(said) is not None)


def _wait(retry_after: str | None, said: str) -> float | None:
    """The pause that is asked for, in the header or in a sentence."""
    in_header = retry_after_seconds(retry_after)
    if in_header is not None or not (found := _SOON.search(said)):
        return in_header
    return 3_600.0 * int(found[1] or 0) + 60 * int(found[2] or 0) + float(found[3])
