"""`clawdbot doctor`: would a worker on this machine get through, and if not, what to do."""

import asyncio
import os
import sys
from typing import Annotated

import typer
from rich.text import Text

from cli.listing import listing
from cli.options import AsJson
from cli.output import print_json, say, screen
from cli.text import one_line
from cli.workers.start import Config, settings_of
from contracts.workers import settings as worker_settings

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    config: Config = None,
    api_url: Annotated[
        str | None, typer.Option(help="Address of the API. Default: CLAWDBOT_API_URL, then the file")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(help="The worker's key. Default: CLAWDBOT_API_KEY, then the file")
    ] = None,
    idle: Annotated[
        float, typer.Option(min=0, max=3_600, help="Also see whether the connection survives so many idle seconds")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Check all that a worker on this machine needs, with the same settings as `clawdbot start`.

    Example: clawdbot doctor --config ~/.clawdbot.yaml
    """
    settings = settings_of(config, {"api_url": api_url, "api_key": api_key})
    # It shares the libraries of a worker, which the command line alone does not need.
    from workers.doctor.report import Check, Verdict
    from workers.doctor.rounds import make_rounds

    checks: list[Check] = asyncio.run(make_rounds(settings, worker_settings.readable_by_others(config), idle))
    if as_json:
        print_json(checks)
    else:
        table = listing("", "CHECK", "FOUND", wraps=("FOUND",))
        for check in checks:
            table.add_row(Text(check.verdict, style=_STYLES[check.verdict]), check.name, one_line(check.found, 300))
        screen().print(table)
        for check in checks:
            if check.advice:
                say(f"\n{check.name}: {check.advice}")
    sys.stdout.flush()
    # Not an ordinary end: threads of Temporal's SDK may block an interpreter that is taking itself apart.
    os._exit(1 if any(check.verdict is Verdict.FAIL for check in checks) else 0)
