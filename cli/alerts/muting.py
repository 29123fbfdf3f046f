"""`clawdbot alerts mute` and `unmute`: silence about a rule, or about one thing that happened."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.alerts.rules import RuleName, path_of
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, ForHowLong
from cli.output import say_done
from cli.text import clock, one_line
from contracts.alerts.views import NotificationView, RuleView

_What = Annotated[
    str, typer.Argument(metavar="RULE|ID", help="A rule, or the number of what happened, from `clawdbot alerts list`.")
]


def mute(what: _What, for_: ForHowLong, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Send nothing of a rule, or about one thing that happened, for a while; the in-app list goes on.

    Example: clawdbot alerts mute worker-offline --for 8h

    Example: clawdbot alerts mute 17 --for 2h
    """
    body = {"seconds": for_}
    with ApiClient(find_connection(api_url)) as api:
        # The name of a rule begins with a letter.
        if what.isascii() and what.isdigit():
            done = api.post(f"/notifications/{what}/mute", NotificationView, body)
            say_done(f"Muted: {one_line(done.title)}", as_json)
        else:
            rule = api.post(f"{path_of(what)}/mute", RuleView, body)
            say_done(f"{one_line(what)} is muted until {clock(rule.muted_until or datetime.now(UTC))}.", as_json)


def unmute(name: RuleName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """End the silence of a rule.

    Example: clawdbot alerts unmute worker-offline
    """
    with ApiClient(find_connection(api_url)) as api:
        api.command("DELETE", f"{path_of(name)}/mute")
    say_done(f"{one_line(name)} is not muted.", as_json)
