"""Names that commands had before: hidden, for scripts and for lines that people have in a chat.

What changed its name, and since when, is in CHANGELOG.md.
"""

from typing import Annotated

import typer

from cli.errors import CliError
from cli.lazy import Place
from cli.options import ApiUrl, AsJson

#: They stand at the top of the tree.
FORMER = tuple(
    Place(name, where, hidden=True)
    for name, where in (
        ("parse", "cli.tasks.plain_language:parse"), ("new-task", "cli.tasks.new_type:new_type"),
        ("freshness", "cli.records.freshness:freshness"), ("digest", "cli.alerts.digest:digest"),
        ("pause", "cli.former_names:pause"), ("resume", "cli.former_names:resume"),
        ("rate", "cli.capabilities.steering:rate"), ("worker", "cli.workers.commands:app"),
        ("notifications", "cli.alerts.commands:former"),
    )
)  # fmt: skip

_Reason = Annotated[str, typer.Option(help="Why.")]
_Capability = Annotated[str | None, typer.Option("--capability", help="One capability, on all workers.")]
_Worker = Annotated[str | None, typer.Option("--worker", help="One worker, by name or id.")]
_All = Annotated[bool, typer.Option("--all", help="Everything.")]


def pause(
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
    from cli.capabilities.steering import hold
    from cli.workers.pausing import pause_worker

    _check_one(capability, worker, everything)
    if worker is not None:
        pause_worker(worker, reason, api_url, as_json)
    else:
        hold(reason, capability, everything, api_url, as_json)


def resume(
    capability: _Capability = None,
    worker: _Worker = None,
    everything: _All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Now `clawdbot capabilities resume` and `clawdbot workers resume`.

    Example: clawdbot resume --capability reddit_crawl
    """
    from cli.capabilities.steering import let_go
    from cli.workers.pausing import resume_worker

    _check_one(capability, worker, everything)
    if worker is not None:
        resume_worker(worker, api_url, as_json)
    else:
        let_go(capability, everything, api_url, as_json)


def _check_one(capability: str | None, worker: str | None, everything: bool) -> None:
    if sum((capability is not None, worker is not None, everything)) != 1:
        raise CliError("Say what: one of --capability NAME, --worker NAME, --all.")
