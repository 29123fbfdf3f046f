"""`clawdbot capabilities`: what waits for each capability, who offers it, and what holds it back."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import listing, print_json, say, screen
from cli.text import ago, one_line
from contracts.workers.control_views import CapabilitiesView, CapabilityView
from contracts.workers.rates import rate_text

app = typer.Typer(help="What waits for each capability, and what holds it back.", invoke_without_command=True)

_STYLES = {"running": "green", "paused": "yellow", "circuit_open": "red"}


@app.callback()
def capabilities(context: typer.Context, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every capability: tasks, workers, pauses, rates and circuits."""
    if context.invoked_subcommand:
        return
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/capabilities", CapabilitiesView)
    if as_json:
        print_json(found)
    else:
        _show(found)


@app.command()
def close_circuit(
    capability: Annotated[str, typer.Argument(help="`clawdbot capabilities` shows them.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Close the circuit of a source that is well again, without waiting for the probe."""
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/capabilities/{quoted(capability)}/close-circuit", CapabilityView)
    if as_json:
        print_json(done)
    else:
        say(f"The circuit of {one_line(done.capability)} is closed.")


def quoted(name: str) -> str:
    """A name as part of an address, whatever was typed."""
    return quote(name, safe="")


def why(found: CapabilityView) -> str:
    """What holds a capability back, in one line; nothing if it runs."""
    if found.paused:
        return f"paused by {found.paused.by}: {found.paused.reason}"
    if found.circuit is None:
        return ""
    if found.circuit.probe_task_id:
        probe = f"task {found.circuit.probe_task_id} is trying it"
    elif found.circuit.state == "half_open":
        probe = "the next task tries it"
    else:
        probe = f"a probe follows {ago(found.circuit.probe_at)}"
    return f"circuit open, {probe}: {found.circuit.reason}"


def _show(found: CapabilitiesView) -> None:
    if found.everything:
        told = f"Everything is paused by {found.everything.by}: {found.everything.reason}"
        say(Text(one_line(told, 1_000) + "\n", style="bold yellow"))
    table = listing("CAPABILITY", "STATE", ">WAITING", "OLDEST", ">IN WORK", ">WORKERS", ">RATE", "WHY")
    for each in found.capabilities:
        table.add_row(
            one_line(each.capability, 60),
            Text(each.state.replace("_", " "), style=_STYLES.get(each.state, "")),
            f"{each.backlog:,}" + ("+" if each.backlog_capped else ""),
            ago(each.oldest_waiting_at) if each.oldest_waiting_at else "",
            f"{each.in_work:,}",
            f"{each.workers_online}" + (f" (+{each.workers_held} held)" if each.workers_held else ""),
            rate_text(each.rate.per_second) if each.rate else "",
            one_line(why(each), 120),
        )
    screen().print(table)
