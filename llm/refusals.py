"""Turns HTTP errors of a model's provider into our errors."""

from http import HTTPStatus

from contracts.errors import CredentialsRefused, NotFound, RateLimited, SourceUnavailable, TaskError
from contracts.retry_after import retry_after_seconds


class RequestRefused(TaskError):
    """The model's provider does not accept the request."""

    retryable = False


def refusal(provider: str, status: int, retry_after: str | None) -> TaskError:
    """The error for a status of 400 or more. `provider` in capitals begins the names of its variables."""
    variables = provider.upper()
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
