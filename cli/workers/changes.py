"""`clawdbot workers set`, `rotate`, `revoke` and `retire`: what an admin does about one worker."""

from typing import Annotated, Any

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson, Grace, WorkerName, capability_names, serving, workspace_names
from cli.output import print_json, say, say_done
from cli.text import ago, one_line, safe
from cli.workers.page import find_worker
from contracts.people.views import NewKeyView, WorkerSettingsView


def change(
    worker: WorkerName,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    capabilities: Annotated[
        str | None, typer.Option(metavar="NAMES", help="All that it may take from now on, with commas.")
    ] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, max=1_000, help="Tasks at once.")] = None,
    workspaces: Annotated[
        str | None, typer.Option(metavar="NAMES", help="The workspaces that it serves from now on, with commas.")
    ] = None,
    all_workspaces: Annotated[bool, typer.Option("--all-workspaces", help="It serves all of them again.")] = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Change what a worker may take, for whom, how much at once, or its name.

    Example: clawdbot workers set mac-mini --capabilities reddit_crawl,echo --concurrency 4
    """
    names = capability_names(capabilities) if capabilities is not None else None
    if workspaces is not None and all_workspaces:
        raise CliError("Give --workspaces or --all-workspaces, not both.")
    serves = workspace_names(workspaces)
    given = {"name": name, "capabilities": names, "max_concurrency": concurrency, "serves": serves}
    body: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    if all_workspaces:
        body["serves"] = None
    if not body:
        raise CliError("Say what to change: --name, --capabilities, --concurrency, --workspaces or --all-workspaces.")
    with ApiClient(find_connection(api_url)) as api:
        now = api.patch(f"/workers/{find_worker(api, worker).id}", WorkerSettingsView, body)
    if as_json:
        print_json(now)
    else:
        may = one_line(", ".join(now.capabilities), 1_000)
        say(f"'{one_line(now.name)}' may take {may}, {now.max_concurrency} at once. The gateway follows at once.")
        if "serves" in body:
            say(f"It serves {serving(now.serves)}. What waits is moved to where its workers ask.")
        say("A worker that runs takes up a new capability, or another number of tasks, when it is started again.")


def rotate(
    worker: WorkerName,
    grace: Grace,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Replace the key of a worker. The new one is shown this once; the old one ends after a while.

    Example: clawdbot workers rotate mac-mini --grace 10m
    """
    with ApiClient(find_connection(api_url)) as api:
        path = f"/workers/{find_worker(api, worker).id}/rotate"
        made = api.post(path, NewKeyView, {"grace_seconds": grace})
    if as_json:
        print_json(made)
    else:
        show_new_key(made)
        say("Put it in place of the old one on that machine, and start the worker again before that.")


def revoke(worker: WorkerName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Revoke the keys of a worker: it gets nothing more, and what it holds goes to others.

    Example: clawdbot workers revoke mac-mini
    """
    with ApiClient(find_connection(api_url)) as api:
        api.command("POST", f"/workers/{find_worker(api, worker).id}/revoke")
    say_done(f"The keys of '{one_line(worker)}' are revoked.", as_json)


def retire(worker: WorkerName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Revoke the keys of a worker and list it no more; the history of its tasks stays.

    Example: clawdbot workers retire mac-mini
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(f"/workers/{find_worker(api, worker).id}")
    say_done(f"'{one_line(worker)}' is retired. Its name is free again.", as_json)


def show_new_key(made: NewKeyView) -> None:
    """A key that is shown only now."""
    say(f"The new key {safe(made.id)}, shown this once:\n")
    say(Text(f"  {safe(made.api_key)}\n", style="bold"))
    if made.expires_at:
        say(f"It ends {ago(made.expires_at)}.")
    if made.old_expires_at:
        say(f"The old key ends {ago(made.old_expires_at)}.")
