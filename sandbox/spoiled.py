"""Good replies made bad without an error that anybody could see: cut off, in another encoding, without dates."""

import gzip
import re
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CONDITIONS = (b"if-none-match", b"if-modified-since")
_DATES = re.compile(rb"<(pubDate|updated|published)>.*?</\1>", re.DOTALL)

#: Changes the headers of a reply, and gives its body.
Spoil = Callable[[MutableHeaders, bytes], bytes]


def cut_off(headers: MutableHeaders, body: bytes) -> bytes:
    """Packed, and the last part of it lost."""
    packed = gzip.compress(body, mtime=0)
    headers["content-encoding"] = "gzip"
    return packed[: 3 * len(packed) // 4]


def recoded(headers: MutableHeaders, body: bytes) -> bytes:
    """In an encoding that the header names, whatever the document says of itself."""
    headers["content-type"] = headers["content-type"].partition(";")[0] + "; charset=utf-16"
    return body.decode().encode("utf-16")


def undated(_headers: MutableHeaders, body: bytes) -> bytes:
    """A feed that does not say when."""
    return _DATES.sub(b"", body)


async def spoil(app: ASGIApp, how: Spoil, scope: Scope, receive: Receive, send: Send) -> None:
    """What the app answers, spoilt. Nobody is to remember it: what identifies this version is left out."""
    headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app({**scope, "headers": headers}, receive, keep)
    reply = MutableHeaders(raw=[pair for pair in start["headers"] if pair[0] not in (b"etag", b"last-modified")])
    spoilt = how(reply, bytes(body))
    reply["content-length"] = str(len(spoilt))
    await send({**start, "headers": reply.raw})
    await send({"type": "http.response.body", "body": spoilt})
