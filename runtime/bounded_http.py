"""HTTP that no connection can hold up: how much a head may be, and how long is waited for what a client has to send.

Uvicorn bounds neither: *measured*, 20 MB of header stop the process for 1.3 s, and who says nothing stays for ever.
What bodies may be is the business of the apps, see `runtime.body_limits`.
"""

import json
from asyncio import AbstractEventLoop, BaseTransport, TimerHandle
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol


@dataclass(frozen=True)
class Bounds:
    """What one server takes from those who connect to it."""

    #: Request line and headers of one request; of a chunked body, what stands behind it, too.
    head_bytes: int = 64 * 1024
    #: From connecting, or from the answer before, to the end of the head of a request.
    head_seconds: float = 10
    body_seconds: float = 60
    #: For the rest of a body that was answered before it had come, and for a client to read why it is refused.
    linger_seconds: float = 2
    #: Connections that owe us something; for one more, the one that has done so longest is closed.
    waiting: int = 512


class Stage(Enum):
    """What a client has yet to send."""

    NOTHING = auto()
    REQUEST = auto()
    HEAD = auto()
    BODY = auto()
    #: Of a body that was answered before it had come.
    REST = auto()


#: To look a member up in its class takes as long as ten of these.
_NOTHING, _REQUEST, _HEAD, _BODY, _REST = Stage


_TOO_MUCH = "The headers of this request are larger than this server takes. Send fewer or shorter ones."
_NO_HTTP = "This is no HTTP request that can be read. Speak HTTP/1.1, without TLS."
_TOO_SLOW = "The request did not arrive in time. Send it again, faster or in smaller parts."


@dataclass
class Debtors:
    """The connections of one server that owe it something, and until when; the one that has done so longest first.

    One look at all of them now and then: a timer for each request takes a third of the time of the request.
    """

    bounds: Bounds
    until: dict["BoundedHttp", float] = field(default_factory=dict)
    _next: TimerHandle | None = None

    def put(self, connection: "BoundedHttp", seconds: float, loop: AbstractEventLoop) -> None:
        self.until[connection] = loop.time() + seconds
        if self._next is None:
            self._next = loop.call_later(self.bounds.linger_seconds / 4, self._look, loop)

    def make_room(self) -> None:
        """For one more."""
        if len(self.until) > self.bounds.waiting:
            longest = next(iter(self.until))
            del self.until[longest]
            longest.transport.close()

    def _look(self, loop: AbstractEventLoop) -> None:
        self._next, now = None, loop.time()
        for connection in [each for each, until in self.until.items() if until <= now]:
            del self.until[connection]
            connection.time_is_up()
        if self.until and self._next is None:
            self._next = loop.call_later(self.bounds.linger_seconds / 4, self._look, loop)


class BoundedHttp(HttpToolsProtocol):
    """One connection. Made by `bounded`, once for each server."""

    debtors: ClassVar[Debtors]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bounds = self.debtors.bounds
        #: Where the parser is, and what is waited for because of that.
        self._parsing = _REQUEST
        self._awaited = _NOTHING
        #: Bytes since the last request or piece of a body.
        self._head_bytes = 0
        self._refused = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type] # uvicorn narrows what asyncio promises
        self._look()
        self.debtors.make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._head_bytes += len(data)
        super().data_received(data)
        if self._refused or self.transport.is_closing():
            return
        if self._head_bytes > self.bounds.head_bytes:
            self._refuse(431, _TOO_MUCH)
        else:
            self._look()

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._parsing = _HEAD
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self._head_bytes > self.bounds.head_bytes and self._size_of_head() > self.bounds.head_bytes:
            # Ends the parser, which then has `send_400_response` called.
            raise ValueError(_TOO_MUCH)
        self._parsing = _BODY
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        self._parsing = _REQUEST
        super().on_message_complete()

    # What uvicorn calls.

    def send_400_response(self, msg: str) -> None:
        if self._head_bytes > self.bounds.head_bytes:
            self._refuse(431, _TOO_MUCH)
        else:
            self._refuse(400, _NO_HTTP)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._refused and not self.transport.is_closing():
            self._look()

    def handle_websocket_upgrade(self) -> None:
        # From here on its pings say whether it is alive.
        self._refused = True
        self._forget()
        super().handle_websocket_upgrade()

    # Waiting for the client.

    def _look(self) -> None:
        """Begin to wait for what the client has to send now; go on waiting if that is what it was before."""
        stage = self._parsing
        if stage is _REQUEST and not self._is_answered():
            stage = _NOTHING
        elif stage is _BODY and self._is_answered():
            stage = _REST
        if stage is not self._awaited:
            self._wait(stage, self._patience(stage))

    def _is_answered(self) -> bool:
        """Whether no answer is under way."""
        return self.cycle is None or self.cycle.response_complete

    def _patience(self, stage: Stage) -> float:
        if stage is _BODY:
            return self.bounds.body_seconds
        return self.bounds.linger_seconds if stage is _REST else self.bounds.head_seconds

    def _wait(self, stage: Stage, seconds: float) -> None:
        self._awaited = stage
        if stage is _NOTHING:
            self.debtors.until.pop(self, None)
        else:
            self.debtors.put(self, seconds, self.loop)

    def _forget(self) -> None:
        self._wait(_NOTHING, 0)

    def time_is_up(self) -> None:
        """What was waited for did not come."""
        stage = self._awaited
        if self._refused or stage in (_REQUEST, _REST):
            self.transport.close()
        elif self.flow.read_paused or (stage is _HEAD and not self._is_answered()):
            # It is us who have not read, or not answered what came before.
            self._wait(stage, self.bounds.head_seconds)
        else:
            self._refuse(408, _TOO_SLOW)

    def _refuse(self, status: int, detail: str) -> None:
        """Answer for the app, read no more, and leave the client a moment to read the answer."""
        self._refused = True
        if not self._take_over():
            self._forget()
            self.transport.close()
            return
        self.transport.write(_problem(status, detail))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        # To close while data come makes TCP throw the answer away.
        self._wait(_REST, self.bounds.linger_seconds)

    def _take_over(self) -> bool:
        """Whether no other answer is under way; the app is told that its client is gone."""
        cycle = self.cycle
        if self._is_answered():
            return self._parsing is not _BODY
        if self._parsing is not _BODY or cycle.response_started or self.pipeline:
            return False
        cycle.disconnected = True
        cycle.message_event.set()
        return True

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)


def bounded(limits: Bounds | None = None) -> type[BoundedHttp]:
    """For the option ``http`` of uvicorn, of one server."""

    class OfOneServer(BoundedHttp):
        debtors = Debtors(limits or Bounds())

    return OfOneServer


def _problem(status: int, detail: str) -> bytes:
    """A whole answer, RFC 9457."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    content = json.dumps(body | {"errors": []}).encode()
    head = f"content-type: application/problem+json\r\ncontent-length: {len(content)}\r\nconnection: close\r\n\r\n"
    return STATUS_LINE[status] + head.encode() + content
