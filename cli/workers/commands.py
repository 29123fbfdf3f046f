"""`clawdbot workers`: all its commands, and the table of workers."""

import contextlib
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say, say_all, screen
from cli.workers.changes import change, retire, revoke, rotate
from cli.workers.invitations import invite, list_invitations, withdraw
from cli.workers.join import join
from cli.workers.page import show_worker
from cli.workers.pausing import drain, pause_worker, resume_worker
from cli.workers.register import register
from cli.workers.table import watch_workers, workers_shown
from contracts.workers.views import WorkersView

app = typer.Typer(invoke_without_command=True)
Watch = Annotated[bool, typer.Option("--watch", help="Keep the table up to date until Ctrl-C.")]


@app.callback()
def workers(context: typer.Context, api_url: ApiUrl = None, as_json: AsJson = False, watch: Watch = False) -> None:
    """Who does the work: see the workers, let a machine join, hold one back, replace or revoke its key.

    Example: clawdbot workers --watch
    """
    if not context.invoked_subcommand:
        list_workers(api_url, as_json, watch)


@app.command("list")
def list_workers(api_url: ApiUrl = None, as_json: AsJson = False, watch: Watch = False) -> None:
    """List all workers and how they are.

    Example: clawdbot workers list
    """
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
        say_all(len(found.workers), "worker")


app.command("show")(show_worker)

app.command("invite")(invite)
app.command("join")(join)
app.command("register")(register)
app.command("invitations")(list_invitations)
app.command("withdraw")(withdraw)

app.command("set")(change)
app.command("pause")(pause_worker)
app.command("resume")(resume_worker)
app.command("drain")(drain)

app.command("rotate")(rotate)
app.command("revoke")(revoke)
app.command("retire")(retire)
