"""Refusals of routes: a route raises, and the application sends the source's own kind of refusal."""

from starlette.requests import Request
from starlette.responses import Response


class Refusal(Exception):
    """Carries the reply that ends the request."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"refused with {response.status_code}")
        self.response = response


async def send_refusal(_request: Request, refusal: Exception) -> Response:
    """Exception handler of the application."""
    if not isinstance(refusal, Refusal):
        raise refusal
    return refusal.response


def mark_authorized(request: Request) -> None:
    """Let the request log know that the source accepted who is asking."""
    request.scope["sandbox.authorized"] = True
