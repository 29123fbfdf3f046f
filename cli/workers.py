"""`clawdbot workers`: who does the work, and how a new machine joins."""

import shlex
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError, NotFound
from cli.options import ApiUrl, AsJson
from cli.output import complain, count, listing, print_json, say, screen
from cli.text import ago, one_line, safe
from contracts.control_views import HeldWorkerView
from contracts.views import WorkerKeyView, WorkersView, WorkerView

app = typer.Typer(no_args_is_help=True, help="See the workers, register new ones, drain one.")

_STYLES = {
    "busy": "cyan", "idle": "green", "online": "green", "draining": "yellow", "paused": "yellow", "offline": "red",
}  # fmt: skip


@app.command("list")
def list_workers(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """List the workers and what they are doing."""
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/workers", WorkersView)
    if as_json:
        print_json(found)
    elif not found.workers:
        say("No workers yet. Register one with `clawdbot workers register NAME --capabilities echo`.")
    else:
        _show(found.workers)


def _show(workers: list[WorkerView]) -> None:
    table = listing("NAME", "STATUS", ">TASKS", "LAST SEEN", "CAPABILITIES")
    for each in workers:
        table.add_row(
            one_line(each.name, 60),
            Text(one_line(each.status), style=_STYLES.get(each.status, "")),
            f"{each.current_tasks}/{each.max_concurrency}",
            ago(each.last_heartbeat) if each.last_heartbeat else "never",
            one_line(", ".join(each.capabilities), 1_000),
        )
    screen().print(table)
    for each in workers:
        if each.held:
            told = f"{one_line(each.name, 60)} is {each.held} by {each.held_by}: {each.held_reason}"
            say(Text(one_line(told, 1_000), style="yellow"))


def find_worker(api: ApiClient, name: str) -> WorkerView:
    """The worker with this name or id.

    Raises:
        NotFound: with the names there are.
    """
    known = api.get("/workers", WorkersView).workers
    found = next((each for each in known if name in (each.name, str(each.id))), None)
    if found is None:
        names = ", ".join(safe(each.name) for each in known) or "none are registered"
        raise NotFound(f"There is no worker '{safe(name)}'. Workers: {names}.")
    return found


@app.command()
def drain(
    name: Annotated[str, typer.Argument(help="Name or id of the worker.")],
    reason: Annotated[str, typer.Option(help="Why; those whose tasks wait for it read this.")] = "is to be stopped",
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have a worker finish what it has and take nothing new. `clawdbot resume --worker NAME` ends that."""
    with ApiClient(find_connection(api_url)) as api:
        worker = find_worker(api, name)
        done = api.post(f"/workers/{worker.id}/drain", HeldWorkerView, {"reason": reason})
    if as_json:
        print_json(done)
    else:
        left = f"it still has {count(worker.current_tasks, 'task')}" if worker.current_tasks else "it has no task"
        say(f"{one_line(done.name)} is draining: {left} and gets nothing new.")


@app.command()
def register(
    name: str,
    capabilities: Annotated[str, typer.Option(help="What it may take, with commas. `clawdbot types` shows them.")],
    concurrency: Annotated[int, typer.Option(min=1, max=1_000, help="Tasks at once.")] = 2,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Register a worker. Its key is shown this once."""
    names = [each.strip() for each in capabilities.split(",") if each.strip()]
    if not names:
        raise CliError("Name at least one capability, such as --capabilities reddit_crawl,echo.")
    body = {"name": name, "capabilities": names, "max_concurrency": concurrency}
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/workers/register", WorkerKeyView, body)
        url = api.api_url
    if as_json:
        print_json(made)
    else:
        _tell(made, url, concurrency)


def _tell(made: WorkerKeyView, url: str, concurrency: int) -> None:
    say(f"Worker '{one_line(made.name)}' is registered. Its key is shown this once:\n")
    say(Text(f"  {safe(made.api_key)}\n", style="bold"))
    say("On the machine that shall work, with clawdbot installed there (the 'worker' extra):\n")
    say(f"  export CLAWDBOT_API_URL={_quoted(url)} CLAWDBOT_API_KEY={_quoted(made.api_key)}")
    say(f"  clawdbot start --capabilities {_quoted(','.join(made.capabilities))} --concurrency {concurrency}")
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        complain(f"\n{url} is this machine only. On another one, use an address at which it reaches this API.")


def _quoted(text: str) -> str:
    return shlex.quote(safe(text))
