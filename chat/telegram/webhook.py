"""Taking deliveries from Telegram instead of asking for them. Only who knows the secret token is listened to.

Behind a proxy that does TLS: Telegram delivers over https alone.
"""

import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chat.telegram.update_intake import Receiver
from db.session import Unavailable

HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: An update is some kilobytes.
_MOST_BYTES = 1_000_000


def secret_token(secret: str, token: str) -> str:
    """What Telegram sends with each delivery. Nobody has to choose or keep it: it follows from what only we know."""
    return hmac.digest(secret.encode(), f"telegram webhook\n{token}".encode(), "sha256").hex()


def webhook(url: str, expected: str, receiver: Receiver, is_connected: Callable[[], bool]) -> Route:
    """The route that the address of the webhook leads to."""

    async def deliver(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            return Response(status_code=401)
        if not is_connected():
            return Response(status_code=503)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            await receiver.take([_update(body)])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Response(status_code=400)
        except Unavailable:
            # Telegram delivers it again.
            return Response(status_code=503)
        return Response(status_code=200)

    return Route(urlsplit(url).path or "/", deliver, methods=["POST"])


def _update(body: bytes) -> dict[str, Any]:
    update = json.loads(body)
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise ValueError("no update")
    return update


async def _body(request: Request) -> bytes | None:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_BYTES:
            return None
    return content
