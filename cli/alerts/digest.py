"""`clawdbot alerts digest`: the digest as it would be sent now."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say
from cli.text import one_line
from contracts.alerts.messages import Period
from contracts.alerts.views import DigestView


def digest(
    period: Annotated[Period, typer.Argument(help="The last day or week.")] = Period.DAILY,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show the digest of the last whole hours.

    Example: clawdbot alerts digest weekly
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/digests/preview", DigestView, period=period.value)
    if as_json:
        print_json(found)
    else:
        say(one_line(found.title, 500))
        for line in found.body.splitlines():
            say(one_line(line, 1_000))
