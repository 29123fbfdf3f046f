"""Forwards a port to a URL, an address that appears late: `python -m tests.stack.tasks.relay PORT URL`."""

import asyncio
import sys
from urllib.parse import urlsplit


async def forward(port: int, url: str) -> None:
    """Serve until killed."""
    target = urlsplit(url)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(forward(int(sys.argv[1]), sys.argv[2]))
