"""`python -m api.main`: the API process."""

from typing import Any

import uvicorn

from api.app import create_app
from contracts.settings import ServerSettings
from runtime.logs import set_up_logging


def main() -> None:
    set_up_logging()
    settings = ServerSettings()
    uvicorn.run(create_app(settings), **listening(settings))


def listening(settings: ServerSettings) -> dict[str, Any]:
    """How uvicorn serves the app."""
    return {
        "host": settings.api_host,
        "port": settings.api_port,
        "log_level": "warning",
        "access_log": False,
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
