"""Options of commands that say when a schedule is due."""

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.errors import CliError
from cli.local_timezone import local_timezone
from cli.moments import moment

ScheduleName = Annotated[str, typer.Argument(metavar="NAME", help="`clawdbot schedules list` shows them.")]
Cron = Annotated[str | None, typer.Option(metavar="LINE", help="Five fields, such as '0 7 * * MON-FRI'.")]
Every = Annotated[str | None, typer.Option(metavar="TIME", help="An interval, such as 15m, 2h or 1d.")]
At = Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Once, e.g. 'tomorrow 8:00'.")]
Rule = Annotated[str | None, typer.Option("--rrule", metavar="RULE", help="A rule of RFC 5545.")]
Zone = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of its times, e.g. Europe/Berlin. Default: this machine's.")
]
StartsAt = Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Not due before.")]


def timing_of(
    cron: str | None, every: str | None, at: datetime | None, rule: str | None, zone: str | None, start: datetime | None
) -> dict[str, Any]:
    """What was given, as the API takes it. Raises CliError unless it is one way to say when."""
    if sum(each is not None for each in (cron, every, at, rule)) != 1:
        raise CliError("Say when, in one way: --every 1d, --cron '0 7 * * MON-FRI', --at 'tomorrow 8:00' or --rrule.")
    given = {
        "cron": cron,
        "every": every,
        "at": at.isoformat() if at else None,
        "rrule": rule,
        "zone": zone or local_timezone(),
        "starts_at": start.isoformat() if start else None,
    }
    return {name: value for name, value in given.items() if value is not None}
