"""A connection over which a test says what no HTTP client would."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

#: For what comes within a moment, on a machine that others use, too.
_PATIENCE_SECONDS = 30


@dataclass
class Line:
    """Both directions of it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
        # The server may have hung up already.
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one answer."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
            content = await self.reader.readexactly(int(fields.get(b"content-length", 0)))
        if b"json" not in fields.get(b"content-type", b""):
            return int(head.split()[1]), {}
        return int(head.split()[1]), dict(json.loads(content))

    async def problem(self) -> tuple[int, str]:
        """Status and sentence of a refusal."""
        status, body = await self.answer()
        assert body["status"] == status
        return status, str(body["detail"])

    async def until_closed(self) -> bytes:
        """What else is said before the server hangs up."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


@contextlib.asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """A connection to a port of this machine, until the block ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
