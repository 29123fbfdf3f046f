"""Turns HTTP errors of a model's provider into our errors."""

from http import HTTPStatus

from contracts.errors import CredentialsRefused, NotFound, QuotaUsedUp, RateLimited, SourceUnavailable, TaskError
from contracts.retry_after import retry_after_seconds

#: How providers say that money is missing, also under a status that else means "slow down".
_OUT_OF_CREDIT = (
    "insufficient_quota", "exceeded your current quota", "billing_hard_limit_reached", "billing_not_active",
    "billing_error", "credit balance is too low", "specified api usage limits",
)  # fmt: skip


class RequestRefused(TaskError):
    """The model's provider does not accept the request."""

    retryable = False


def refusal(provider: str, status: int, retry_after: str | None, said: str = "") -> TaskError:
    """The error for a status of 400 or more. `provider` in capitals begins its variables."""
    variables = provider.upper()
    if status == HTTPStatus.PAYMENT_REQUIRED or any(words in said.lower() for words in _OUT_OF_CREDIT):
        return QuotaUsedUp(
            f"The account of {variables}_API_KEY is out of credit, or at its cap ({status}). Buy credit or raise the "
            f"cap at {provider}, or wait for the next period; slowing down does not help."
        )
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return CredentialsRefused(f"{provider} refuses this worker's key ({status}). Check {variables}_API_KEY.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(f"{provider} asked this worker to slow down.", retry_after=retry_after_seconds(retry_after))
    if status == HTTPStatus.NOT_FOUND:
        return NotFound(f"{provider} knows no such model or path. Check {variables}_MODEL and {variables}_BASE_URL.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return SourceUnavailable(f"{provider} answered with an error of its own ({status}).")
    return RequestRefused(
        f"{provider} does not accept the request ({status}). Check {variables}_MODEL, and lower MODEL_CONTEXT_CHARS "
        "if its window is small."
    )
