"""`clawdbot capabilities pause`, `resume` and `rate`: what is handed out of a capability or of all, and how fast."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.capabilities.table import why
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import AnyCapability, ApiUrl, AsJson, CapabilityName
from cli.output import print_json, say
from cli.text import one_line, quoted
from contracts.workers.control_views import CapabilityView, EverythingView
from contracts.workers.rates import parse_rate, rate_text

_All = Annotated[bool, typer.Option("--all", help="All of them.")]


def hold(
    reason: Annotated[str, typer.Option(help="Why; everybody whose tasks wait reads this.")],
    capability: AnyCapability = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Hand out nothing new of a capability, or of all. What runs goes on.

    Example: clawdbot capabilities pause reddit_crawl --reason 'Reddit announced maintenance'

    Example: clawdbot capabilities pause --all --reason 'the database moves'
    """
    _steer("pause", capability, everything, {"reason": reason}, api_url, as_json)


def let_go(
    capability: AnyCapability = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """End a pause. Pauses of other capabilities, of workers, or of everything stay.

    Example: clawdbot capabilities resume reddit_crawl
    """
    _steer("resume", capability, everything, None, api_url, as_json)


def rate(
    capability: CapabilityName,
    limit: Annotated[str, typer.Argument(metavar="RATE", help="Such as 5/s, 30/min, 100/h; none: no cap.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Cap how many tasks of a capability all workers together are handed.

    Example: clawdbot capabilities rate reddit_crawl 30/min
    """
    try:
        per_second = parse_rate(limit)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/capabilities/{quoted(capability)}/rate", CapabilityView, {"per_second": per_second})
    if as_json:
        print_json(done)
    else:
        cap = f"is capped at {rate_text(done.rate.per_second)}" if done.rate else "has no cap"
        say(f"{one_line(done.capability)} {cap}.")


def _steer(
    verb: str, capability: str | None, everything: bool, body: dict[str, str] | None, api_url: str | None, as_json: bool
) -> None:
    if everything == (capability is not None):
        raise CliError("Say what: the name of a capability, or --all.")
    with ApiClient(find_connection(api_url)) as api:
        done: CapabilityView | EverythingView
        if capability is None:
            done = api.post(f"/{verb}", EverythingView, body)
        else:
            done = api.post(f"/capabilities/{quoted(capability)}/{verb}", CapabilityView, body)
    if as_json:
        print_json(done)
    else:
        say(one_line(_sentence(done), 1_000))


def _sentence(done: CapabilityView | EverythingView) -> str:
    if isinstance(done, EverythingView):
        return "Everything is paused. What runs goes on." if done.paused else "Everything goes on."
    held = why(done)
    if held:
        return f"{done.capability}: {held}"
    if done.state == "paused":
        return f"{done.capability} is not paused itself, but everything is."
    return f"{done.capability} goes on."
