"""`clawdbot workers join`: this machine becomes a worker. Needs no key, only a code, and no server libraries."""

import secrets
import shlex
import socket
import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from cli.api_client import ApiClient
from cli.connection import Connection, checked_url
from cli.errors import CliError, Unreachable
from cli.output import complain, say
from cli.text import one_line
from cli.workers.config import WorkerConfigFile
from contracts.client_settings import ClientSettings
from contracts.people.views import JoinedView

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: The answer may get lost after the code was used: the same question gets the same answer (docs/workers.md).
_TRIES = 4
_PAUSE_SECONDS = 1.0


def join(
    code: Annotated[str, typer.Argument(help="From `clawdbot workers invite`.")],
    api_url: Annotated[str | None, typer.Option(help="Address of the API. Default: CLAWDBOT_API_URL.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Used unless the invitation names the worker. Default: this machine's name.")
    ] = None,
    config: Annotated[Path, typer.Option(help="The file that the key is written to.")] = Path("~/.clawdbot.yaml"),
    force: Annotated[
        bool, typer.Option("--force", help="Replace what the file says about the API; its other settings stay.")
    ] = False,
) -> None:
    """Make this machine a worker with a join code, and write its settings to a file that only you can read.

    Example: clawdbot workers join 7KQ2-M0XR-9TDV --api-url https://clawdbot.example.com
    """
    url = checked_url(api_url or ClientSettings().api_url)
    if not url:
        raise CliError("Say where the API is, with --api-url https://… or CLAWDBOT_API_URL.")
    # Before the code is spent, everything that can go wrong with the file has gone wrong.
    with WorkerConfigFile(config, replace=force) as file:
        joined = _joined(url, code, name or _own_name())
        file.write(url, joined)
    _tell(joined, url, config)


def _joined(url: str, code: str, name: str) -> JoinedView:
    idempotency_key = secrets.token_urlsafe(32)
    with ApiClient(Connection(url, "")) as api:
        for again in reversed(range(_TRIES)):
            try:
                return api.post(
                    "/workers/join", JoinedView, {"code": code, "name": name}, idempotency_key=idempotency_key
                )
            except Unreachable:
                if not again:
                    raise
            time.sleep(_PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")


def _own_name() -> str:
    """This machine's name, as far as a worker may be called so."""
    allowed = "".join(each if each.isalnum() or each in "_.-" else "-" for each in socket.gethostname())
    return allowed.strip("-.")[:100] or "worker"


def _tell(joined: JoinedView, url: str, config: Path) -> None:
    say(f"This machine is now the worker '{one_line(joined.name)}' and may take {', '.join(joined.capabilities)}.")
    say(f"Its key is in {config}, which only you can read. Start it with:\n")
    say(f"  clawdbot start --config {shlex.quote(str(config.expanduser()))}")
    address = urlsplit(url)
    if address.scheme == "http" and address.hostname not in _LOOPBACK:
        complain(f"\nThe key came from {url} without encryption, and will be sent so. Use https:// if you can.")
