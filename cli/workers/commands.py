"""`clawdbot workers`: who does the work, and how a new machine joins."""

import contextlib
import shlex
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, Capabilities, KeyExpires, capability_names
from cli.output import complain, count, print_json, say, screen
from cli.text import one_line, safe
from cli.workers.page import find_worker, show_worker
from cli.workers.table import watch_workers, workers_shown
from contracts.people.views import JoinedView
from contracts.views import WorkersView
from contracts.workers.control_views import PausedWorkerView

app = typer.Typer(help="See the workers, register new ones.", invoke_without_command=True)
Watch = Annotated[bool, typer.Option("--watch", help="Keep the table up to date until Ctrl-C.")]


@app.callback()
def workers(context: typer.Context, api_url: ApiUrl = None, as_json: AsJson = False, watch: Watch = False) -> None:
    """Show the workers and how they are. `workers show NAME` tells everything about one."""
    if not context.invoked_subcommand:
        list_workers(api_url, as_json, watch)


@app.command("list")
def list_workers(api_url: ApiUrl = None, as_json: AsJson = False, watch: Watch = False) -> None:
    """List the workers and how they are."""
    with ApiClient(find_connection(api_url)) as api:
        if watch:
            with contextlib.suppress(KeyboardInterrupt):
                watch_workers(screen(), lambda: api.get("/workers", WorkersView).workers)
            return
        found = api.get("/workers", WorkersView)
    if as_json:
        print_json(found)
    elif not found.workers:
        say("No workers yet. Register one with `clawdbot workers register NAME --capabilities echo`.")
    else:
        screen().print(workers_shown(found.workers))


app.command("show")(show_worker)


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
        done = api.post(f"/workers/{worker.id}/drain", PausedWorkerView, {"reason": reason})
    if as_json:
        print_json(done)
    else:
        left = f"it still has {count(worker.current_tasks, 'task')}" if worker.current_tasks else "it has no task"
        say(f"{one_line(done.name)} is draining: {left} and gets nothing new.")


@app.command()
def register(
    name: str,
    capabilities: Capabilities,
    concurrency: Annotated[int, typer.Option(min=1, max=1_000, help="Tasks at once.")] = 2,
    key_expires: KeyExpires = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Register a worker. Its key is shown this once."""
    body = {"name": name, "capabilities": capability_names(capabilities), "max_concurrency": concurrency}
    if key_expires is not None:
        body["key_expires_in"] = key_expires
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/workers/register", JoinedView, body)
        url = api.api_url
    if as_json:
        print_json(made)
    else:
        _tell(made, url, concurrency)


def _tell(made: JoinedView, url: str, concurrency: int) -> None:
    say(f"Worker '{one_line(made.name)}' is registered. Its key is shown this once:\n")
    say(Text(f"  {safe(made.api_key)}\n", style="bold"))
    say("On the machine that shall work, with clawdbot installed there (the 'worker' extra):\n")
    say(f"  export CLAWDBOT_API_URL={_quoted(url)} CLAWDBOT_API_KEY={_quoted(made.api_key)}")
    say(f"  clawdbot start --capabilities {_quoted(','.join(made.capabilities))} --concurrency {concurrency}")
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        complain(f"\n{url} is this machine only. On another one, use an address at which it reaches this API.")


def _quoted(text: str) -> str:
    return shlex.quote(safe(text))
