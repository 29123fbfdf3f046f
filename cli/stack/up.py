"""`clawdbot up`: everything on this machine, until Ctrl-C."""

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from platformdirs import user_data_dir
from rich.console import Console

from cli.connection import Connection
from cli.errors import CliError
from cli.sign_in.stacks import findable
from cli.stack.demo import run_demo

if TYPE_CHECKING:
    from workers.embedded.layout import Ports
    from workers.embedded.stack import Stack

#: Exit code of a command that was stopped with Ctrl-C.
_INTERRUPTED = 130


def default_data_dir() -> Path:
    return Path(user_data_dir("clawdbot"))


DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="CLAWDBOT_DATA_DIR",
        help="Where the stack keeps everything",
        default_factory=default_data_dir,
        show_default=False,
    ),
]


def up(
    data_dir: DataDir,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Serve generated Reddit and SEC data here: no accounts needed")
    ] = False,
    worker: Annotated[bool, typer.Option(help="Run a worker with all its capabilities")] = True,
    concurrency: Annotated[int, typer.Option(min=1, max=100, help="Tasks at once on the local worker")] = 4,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="Pick free ports instead of the usual")] = False,
) -> None:
    """Run Temporal, Postgres, api, core, gateway and a worker on this machine. Ctrl-C stops all of it.

    Example: clawdbot up --sandbox
    """
    console = Console(stderr=True)
    stack = make_stack(data_dir, sandbox=sandbox, worker=worker, concurrency=concurrency, free_ports=free_ports)
    asyncio.run(run_until_stopped(stack, console))


def demo(
    data_dir: DataDir,
    keep: Annotated[bool, typer.Option("--keep", help="Keep running afterwards, until Ctrl-C")] = False,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="Pick free ports instead of the usual")] = False,
    again: Annotated[bool, typer.Option("--again", help="With --keep: submit its tasks once more")] = False,
) -> None:
    """Bring everything up with sandbox sources, crawl three tickers and one company's filings, show what was found.

    Example: clawdbot demo --keep
    """
    console = Console(stderr=True)
    stack = make_stack(data_dir, sandbox=True, worker=True, concurrency=4, free_ports=free_ports, replace_busy=True)
    raise typer.Exit(asyncio.run(demo_until_stopped(stack, console, keep=keep, again=again, moved=not free_ports)))


def _tell_moved(ports: "Ports", console: Console) -> None:
    """Name each usual port that another program has, and the one that is used instead."""
    from workers.embedded.layout import moved

    for part, port, usual in moved(ports):
        console.print(f"  Port {usual} is in use by another program: {part} gets {port}")


async def demo_until_stopped(stack: "Stack", console: Console, *, keep: bool, again: bool, moved: bool) -> int:
    """The exit code. ``moved``: say which parts have other ports than usual. Raises as `run_until_stopped`."""
    stop = stop_event()
    await start(stack, console)
    if moved:
        # Not before: where the same stack runs already, all of its ports are in use, and that is not the news.
        _tell_moved(stack.ports, console)
    try:
        tell(stack, console)
        with findable(stack.directory.root):
            stopped = asyncio.create_task(stop.wait())
            code = 0
            if again or not keep or stack.first_run:
                code = await _crawl(stack, stopped)
            else:
                console.print("The demo's tasks ran at an earlier start: [bold]clawdbot tasks list --tag demo[/bold]")
            if keep and not stopped.done():
                console.print("\nStill running, for you to look around. Ctrl-C stops everything.")
                await _first_of(stack, stopped)
            stopped.cancel()
    finally:
        await _stop(stack, console)
    return code


async def _crawl(stack: "Stack", stopped: asyncio.Task[Any]) -> int:
    from workers.embedded.key_files import read_key

    connection = Connection(stack.api_url, read_key(stack.directory.cli_file), "the demo's stack")
    # The demo blocks on its own connection; the supervisor needs the loop.
    crawling = asyncio.create_task(asyncio.to_thread(run_demo, connection, stack.temporal_ui_url))
    await _first_of(stack, crawling, stopped)
    return crawling.result() if crawling.done() else _INTERRUPTED


def make_stack(
    data_dir: Path, *, sandbox: bool, worker: bool, concurrency: int, free_ports: bool, replace_busy: bool = False
) -> "Stack":
    """``replace_busy``: parts whose usual port is taken get another. Raises CliError when the embedded parts are not
    installed.
    """
    try:
        from workers.embedded.layout import DataDirectory, Ports, usual_or_free_ports
        from workers.embedded.layout import free_ports as pick_free_ports
        from workers.embedded.stack import Stack, StackOptions
    except ImportError as error:
        raise CliError(
            f"This installation has no embedded stack ({error.name} is missing). "
            "Install it with the extra: pip install 'clawdbot[embedded]'"
        ) from None

    # What we and all our processes make from here on is for nobody else's eyes.
    os.umask(0o077)
    ports = pick_free_ports() if free_ports else usual_or_free_ports() if replace_busy else Ports()
    options = StackOptions(sandbox=sandbox, worker=worker, concurrency=concurrency)
    return Stack(DataDirectory(data_dir), ports, options)


async def run_until_stopped(stack: "Stack", console: Console) -> None:
    """Raises StackError when the stack no longer looks after itself. Whatever ends this, nothing is left running."""
    stop = stop_event()
    await start(stack, console)
    try:
        tell(stack, console)
        with findable(stack.directory.root):
            await _first_of(stack, asyncio.create_task(stop.wait()))
    finally:
        await _stop(stack, console)


async def _first_of(stack: "Stack", *ends: asyncio.Task[Any]) -> None:
    """Wait for one of these. Raises StackError when the stack no longer looks after itself."""
    lost = asyncio.create_task(stack.supervisor.until_lost())
    try:
        await asyncio.wait([lost, *ends], return_when=asyncio.FIRST_COMPLETED)
        if lost.done():
            await lost
    finally:
        lost.cancel()


async def _stop(stack: "Stack", console: Console) -> None:
    try:
        # A terminal or a log file that takes no more words must not keep us from it.
        console.print("Stopping …")
    finally:
        await stack.stop()


def stop_event() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop


async def start(stack: "Stack", console: Console) -> None:
    """Start with a line per step."""
    with console.status("Starting …") as status:

        def report(step: str) -> None:
            console.print(f"  [dim]starting[/dim] {step}")
            status.update(f"Starting {step} …")

        await stack.start(report)


def tell(stack: "Stack", console: Console) -> None:
    """Where everything is."""
    console.print("\n[bold green]ClawdBot is up.[/bold green]")
    console.print(f"  Dashboard       [bold]{stack.api_url}/[/bold]")
    console.print(f"  API             {stack.api_url}/docs")
    console.print(f"  Temporal Web UI {stack.temporal_ui_url}/namespaces/{stack.foundations.namespace}/workflows")
    console.print(f"  Data and logs   {stack.directory.root}", highlight=False)
    if stack.first_run:
        console.print(f"  Sign in as      admin, password [bold]{stack.admin_password}[/bold] (shown this once)")
        if os.environ.get("CLAWDBOT_AGENT") != "on":
            console.print("  The agent       is off until [bold]clawdbot agent resume[/bold]")
    if stack.directory.root != default_data_dir():
        console.print("\nThe CLI in another terminal finds it. Where several run, say which:", highlight=False)
        console.print(f"  export CLAWDBOT_DATA_DIR={stack.directory.root}", highlight=False, soft_wrap=True)
    console.print("\nTry: [bold]clawdbot tasks add echo message=hello --watch[/bold]   Stop with Ctrl-C.\n")
