"""`clawdbot pause`, `resume` and `rate`: what workers are given, and how fast."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say
from cli.text import one_line
from cli.workers.capabilities import quoted, why
from cli.workers.page import find_worker
from contracts.workers.control_views import CapabilityView, EverythingView, PausedWorkerView
from contracts.workers.rates import parse_rate, rate_text

_Capability = Annotated[str | None, typer.Option("--capability", help="One capability, on all workers.")]
_Worker = Annotated[str | None, typer.Option("--worker", help="One worker, by name or id.")]
_All = Annotated[bool, typer.Option("--all", help="Everything.")]


def pause(
    reason: Annotated[str, typer.Option(help="Why; everybody whose tasks wait reads this.")],
    capability: _Capability = None,
    worker: _Worker = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Hand out nothing new of a capability, to a worker, or at all. What runs goes on."""
    _check_one(capability, worker, everything)
    with ApiClient(find_connection(api_url)) as api:
        done = _send(api, "pause", capability, worker, {"reason": reason})
    _tell(done, as_json)


def resume(
    capability: _Capability = None,
    worker: _Worker = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """End a pause. Pauses of other capabilities, workers, or of everything stay."""
    _check_one(capability, worker, everything)
    with ApiClient(find_connection(api_url)) as api:
        done = _send(api, "resume", capability, worker, None)
    _tell(done, as_json)


def rate(
    capability: Annotated[str, typer.Argument(help="`clawdbot capabilities` shows them.")],
    limit: Annotated[str, typer.Argument(metavar="RATE", help="Such as 5/s, 30/min, 100/h; none: no cap.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Cap how many tasks of a capability all workers together are handed."""
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


def _check_one(capability: str | None, worker: str | None, everything: bool) -> None:
    if sum((capability is not None, worker is not None, everything)) != 1:
        raise CliError("Say what: one of --capability NAME, --worker NAME, --all.")


_Done = CapabilityView | PausedWorkerView | EverythingView


def _send(api: ApiClient, verb: str, capability: str | None, worker: str | None, body: dict[str, str] | None) -> _Done:
    if capability is not None:
        return api.post(f"/capabilities/{quoted(capability)}/{verb}", CapabilityView, body)
    if worker is not None:
        return api.post(f"/workers/{find_worker(api, worker).id}/{verb}", PausedWorkerView, body)
    return api.post(f"/{verb}", EverythingView, body)


def _tell(done: _Done, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        say(one_line(_sentence(done), 1_000))


def _sentence(done: _Done) -> str:
    match done:
        case EverythingView():
            return "Everything is paused. What runs goes on." if done.paused else "Everything goes on."
        case PausedWorkerView():
            return f"{done.name} is {done.held}." if done.held else f"{done.name} is given tasks again."
    held = why(done)
    if held:
        return f"{done.capability}: {held}"
    return (
        f"{done.capability} is not paused itself, but everything is."
        if done.state == "paused"
        else (f"{done.capability} goes on.")
    )
