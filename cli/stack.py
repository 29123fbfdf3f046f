"""`clawdbot up`: everything on this machine, until Ctrl-C."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from platformdirs import user_data_dir
from rich.console import Console

if TYPE_CHECKING:
    from workers.embedded.stack import Stack

DataDir = Annotated[
    Path,
    typer.Option("--data-dir", envvar="CLAWDBOT_DATA_DIR", help="Where the stack keeps everything", show_default=False),
]


def default_data_dir() -> Path:
    return Path(user_data_dir("clawdbot"))


def up(
    data_dir: DataDir = default_data_dir(),  # noqa: B008 - a pure function of the environment
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Serve generated Reddit and SEC data here: no accounts needed")
    ] = False,
    worker: Annotated[bool, typer.Option(help="Run a worker with all its capabilities")] = True,
    concurrency: Annotated[int, typer.Option(min=1, max=100, help="Tasks at once on the local worker")] = 4,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="Pick free ports instead of the usual")] = False,
) -> None:
    """Run Temporal, Postgres, api, core, gateway and a worker on this machine. Ctrl-C stops all of it."""
    console = Console(stderr=True)
    stack = make_stack(data_dir, sandbox=sandbox, worker=worker, concurrency=concurrency, free_ports=free_ports)
    asyncio.run(_run(stack, console))


def make_stack(data_dir: Path, *, sandbox: bool, worker: bool, concurrency: int, free_ports: bool) -> "Stack":
    """Raises StackError when the embedded parts are not installed."""
    from workers.embedded.layout import DataDirectory, Ports
    from workers.embedded.layout import free_ports as pick_free_ports
    from workers.embedded.stack import Stack, StackOptions

    ports = pick_free_ports() if free_ports else Ports()
    options = StackOptions(sandbox=sandbox, worker=worker, concurrency=concurrency)
    return Stack(DataDirectory(data_dir), ports, options)


async def _run(stack: "Stack", console: Console) -> None:
    stop = stop_event()
    await start(stack, console)
    tell(stack, console)
    try:
        await stop.wait()
    finally:
        console.print("Stopping …")
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
    console.print(f"  API             {stack.api_url}/docs")
    console.print(f"  Temporal Web UI {stack.temporal_ui_url}/namespaces/clawdbot/workflows")
    console.print(f"  Data and logs   {stack.directory.root}", highlight=False)
    if stack.first_run:
        console.print(f"  Sign in as      admin, password [bold]{stack.admin_password}[/bold] (shown this once)")
    console.print("\nTry: [bold]clawdbot tasks add echo message=hello --watch[/bold]   Stop with Ctrl-C.\n")
