"""`clawdbot capabilities`: all its commands."""

import typer

from cli.api_client import ApiClient
from cli.capabilities.steering import hold, let_go, rate
from cli.capabilities.table import show_capabilities
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, CapabilityName
from cli.output import print_json, say
from cli.text import one_line, quoted
from contracts.workers.control_views import CapabilitiesView, CapabilityView

app = typer.Typer(invoke_without_command=True)


@app.callback()
def capabilities(context: typer.Context, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """What waits for each capability, who offers it, and what holds it back: pauses, rates, circuits.

    Example: clawdbot capabilities
    """
    if not context.invoked_subcommand:
        list_capabilities(api_url, as_json)


@app.command("list")
def list_capabilities(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every capability: tasks, workers, pauses, rates and circuits.

    Example: clawdbot capabilities list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/capabilities", CapabilitiesView)
    if as_json:
        print_json(found)
    else:
        show_capabilities(found)


app.command("pause")(hold)
app.command("resume")(let_go)
app.command()(rate)


@app.command()
def close_circuit(
    capability: CapabilityName,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Close the circuit of a source that is well again, without waiting for the probe.

    Example: clawdbot capabilities close-circuit reddit_crawl
    """
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/capabilities/{quoted(capability)}/close-circuit", CapabilityView)
    if as_json:
        print_json(done)
    else:
        say(f"The circuit of {one_line(done.capability)} is closed.")
