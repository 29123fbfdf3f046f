"""Names that commands had before: hidden, for scripts and for lines that people have in a chat.

What changed its name, and since when, is in CHANGELOG.md.
"""

from typing import Annotated

import typer

from cli.alerts import muting, notifications
from cli.alerts.digest import digest
from cli.capabilities.steering import hold, let_go, rate
from cli.errors import CliError
from cli.options import ApiUrl, AsJson
from cli.records.freshness import freshness
from cli.tasks.new_type import new_type
from cli.tasks.plain_language import parse
from cli.workers import commands as workers
from cli.workers.pausing import pause_worker, resume_worker

_Reason = Annotated[str, typer.Option(help="Why.")]
_Capability = Annotated[str | None, typer.Option("--capability", help="One capability, on all workers.")]
_Worker = Annotated[str | None, typer.Option("--worker", help="One worker, by name or id.")]
_All = Annotated[bool, typer.Option("--all", help="Everything.")]


def register(app: typer.Typer) -> None:
    """Add them to the top of the tree."""
    for name, command in (
        ("parse", parse), ("new-task", new_type), ("freshness", freshness), ("digest", digest),
        ("pause", _pause), ("resume", _resume), ("rate", rate),
    ):  # fmt: skip
        app.command(name, hidden=True)(command)
    app.add_typer(workers.app, name="worker", hidden=True)
    app.add_typer(_notifications(), name="notifications", hidden=True)


def _notifications() -> typer.Typer:
    group = typer.Typer(help="Now `clawdbot alerts`.", no_args_is_help=True)
    group.command("list")(notifications.list_notifications)
    group.command()(notifications.read)
    group.command()(notifications.deliveries)
    group.command()(muting.mute)
    return group


def _pause(
    reason: _Reason,
    capability: _Capability = None,
    worker: _Worker = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Now `clawdbot capabilities pause` and `clawdbot workers pause`.

    Example: clawdbot pause --capability reddit_crawl --reason 'Reddit announced maintenance'
    """
    _check_one(capability, worker, everything)
    if worker is not None:
        pause_worker(worker, reason, api_url, as_json)
    else:
        hold(reason, capability, everything, api_url, as_json)


def _resume(
    capability: _Capability = None,
    worker: _Worker = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Now `clawdbot capabilities resume` and `clawdbot workers resume`.

    Example: clawdbot resume --capability reddit_crawl
    """
    _check_one(capability, worker, everything)
    if worker is not None:
        resume_worker(worker, api_url, as_json)
    else:
        let_go(capability, everything, api_url, as_json)


def _check_one(capability: str | None, worker: str | None, everything: bool) -> None:
    if sum((capability is not None, worker is not None, everything)) != 1:
        raise CliError("Say what: one of --capability NAME, --worker NAME, --all.")
