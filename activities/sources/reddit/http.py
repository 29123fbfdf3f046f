"""The HTTP layer under PRAW: every request is sent once, and a refusal becomes our error at once.

prawcore itself would send a failed request up to three times and sleep between, and sleep for minutes when
the allowance is used up, all of it hidden in a thread. It only does so for what it gets to see, so it sees
neither failures nor the allowance. (Replacing its retry strategy instead would need private attributes.)
"""

from http import HTTPStatus
from typing import Any

from prawcore import Requestor
from prawcore.const import ACCESS_TOKEN_PATH
from prawcore.exceptions import RequestException
from requests import Response, Session
from requests.exceptions import Timeout

from activities.sources.allowance import Allowance, number
from contracts.errors import CredentialsRefused, RateLimited, SourceUnavailable
from contracts.retry_after import retry_after_seconds

_CHECK = "Check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET on this worker."


class TokenRefused(Exception):
    """Reddit does not accept the access token (any more)."""


class SendOnce(Requestor):
    """PRAW's way to plug in an HTTP layer."""

    def __init__(self, *args: Any, allowance: Allowance, session: Session, timeout: float, **settings: Any) -> None:
        super().__init__(*args, session=session, timeout=timeout, **settings)
        self._allowance = allowance

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> Response:
        """Send one request. Our timeout holds: PRAW passes one of its own, in whole seconds.

        Raises:
            TaskError: Reddit did not answer, or refused.
            TokenRefused: it wants a new access token.
        """
        self._allowance.requests += 1
        try:
            response = super().request(*args, timeout=self.timeout, **kwargs)
        except RequestException as error:
            raise _unreachable(error.original_exception, self.timeout) from None
        note(self._allowance, response)
        _refuse(response, self._allowance)
        return response


def _unreachable(error: Exception, timeout: float) -> SourceUnavailable:
    # Named by its class only: the text of these errors can hold the request, and with it the secret.
    if isinstance(error, Timeout):
        return SourceUnavailable(f"Reddit did not answer within {timeout:g} s.")
    return SourceUnavailable(f"The connection to Reddit failed ({type(error).__name__}).")


def _refuse(response: Response, allowance: Allowance) -> None:
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = retry_after_seconds(response.headers.get("retry-after"))
        wait = allowance.wait if wait is None else wait
        raise RateLimited("Reddit asked this worker to slow down.", retry_after=wait)
    if status == HTTPStatus.UNAUTHORIZED:
        if ACCESS_TOKEN_PATH in response.url:
            raise CredentialsRefused(f"Reddit does not accept this worker's credentials. {_CHECK}")
        raise TokenRefused
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"Reddit answered with an error of its own ({status}).")


def note(allowance: Allowance, response: Response) -> None:
    """Learn from a reply, and keep it from prawcore, which would sleep on it."""
    remaining = number(response.headers.pop("x-ratelimit-remaining", None))
    reset = number(response.headers.pop("x-ratelimit-reset", None))
    response.headers.pop("x-ratelimit-used", None)
    allowance.note(remaining, reset)
