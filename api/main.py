"""`python -m api.main`: the API process."""

import socket
import sys
from typing import Any

import uvicorn

from api.app import create_app
from contracts.settings import ServerSettings
from runtime import process
from runtime.bounded_http import Bounds, bounded
from runtime.http_server import run_server
from runtime.logs import set_up_logging

#: A client that takes nothing of what is sent to it for this long is cut off (on Linux). Nothing above TCP does that:
#: uvicorn waits for ever for what a connection that it closes has still to get (*measured*: a flooding bot, minutes).
_TAKES_NOTHING_MS = 20_000


def main() -> None:
    set_up_logging()
    settings = ServerSettings()
    config = uvicorn.Config(create_app(settings), **listening(settings))
    listener = config.bind_socket()
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _TAKES_NOTHING_MS)
    process.settle()
    run_server(config, sockets=[listener])


def listening(settings: ServerSettings, bounds: Bounds | None = None) -> dict[str, Any]:
    """How uvicorn serves the app."""
    return {
        "host": settings.api_host,
        "port": settings.api_port,
        "log_level": "warning",
        "access_log": False,
        "http": bounded(bounds),
        # Uvicorn alone would believe whatever calls from this machine.
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
        # Open event streams must not hold up a restart.
        "timeout_graceful_shutdown": 3,
        # The control socket of bots: who does not answer a ping is gone, and its tasks go to another. Outcomes are
        # bounded, so is what a message may bring.
        "ws_ping_interval": 5,
        "ws_ping_timeout": 10,
        "ws_max_size": 1024 * 1024,
        # One packet could hold thousands of messages that are large only when unpacked (measured: 260 MB of them).
        "ws_per_message_deflate": False,
    }


if __name__ == "__main__":
    main()
