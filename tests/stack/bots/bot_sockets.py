"""The control socket of bots, as a bot's WebSocket client sees it."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.stack.harness import RunningStack


class Socket:
    """One connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def hear(self, type_: str, seconds: float = 30) -> dict[str, Any]:
        """The payload of the next message of this type; others in between are ignored."""
        deadline = time.monotonic() + seconds
        while True:
            said = json.loads(self.connection.recv(timeout=max(deadline - time.monotonic(), 0.01)))
            if said["type"] == type_:
                return dict(said["payload"])

    def say(self, type_: str, **payload: Any) -> None:
        self.connection.send(json.dumps({"type": type_, "payload": payload}))

    def closed(self, seconds: float = 30) -> tuple[int | None, str]:
        """Code and reason of the end."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.connection.recv(timeout=max(deadline - time.monotonic(), 0.01))
        except ConnectionClosed:
            pass
        return self.connection.close_code, self.connection.close_reason or ""


@contextlib.contextmanager
def socket(stack: RunningStack, key: str | None, query: str = "", **options: Any) -> Iterator[Socket]:
    url = stack.api_url.replace("http", "ws") + f"/api/v1/ws/control{query}"
    headers = {} if key is None else {"X-Worker-Key": key}
    with connect(url, additional_headers=headers, proxy=None, open_timeout=30, **options) as connection:
        yield Socket(connection)
