"""`clawdbot schedules add`: a schedule that creates a task, one for each of several tickers, or a plan."""

from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import AnyType, ApiUrl, AsJson, OfWorkspace, belonging, ticker_names
from cli.options import priority as read_priority
from cli.output import print_json, say
from cli.plans.documents import Inputs, read_file
from cli.schedules.options import At, Cron, Every, Rule, ScheduleName, StartsAt, Zone, timing_of
from cli.tasks.params import merge_words
from cli.tasks.types import schema_of
from contracts.schedules.requests import Missed, Overlap
from contracts.schedules.views import ScheduleDetailView


def add(
    name: ScheduleName,
    type_: AnyType = None,
    words: Annotated[list[str] | None, typer.Argument(metavar="key=value…", help="Params of the task.")] = None,
    cron: Cron = None,
    every: Every = None,
    at: At = None,
    rule: Rule = None,
    zone: Zone = None,
    starts_at: StartsAt = None,
    plan: Annotated[str | None, typer.Option(metavar="FILE", help="A plan instead of a task; - for stdin.")] = None,
    inputs: Inputs = None,
    ticker: Annotated[list[str] | None, typer.Option(help="A task for each, or the plan's input 'tickers'.")] = None,
    watchlist: Annotated[bool, typer.Option("--watchlist", help="The same for each tracked ticker.")] = False,
    priority: Annotated[
        int | None, typer.Option(parser=read_priority, metavar="WORD|0-100", help="Of its tasks.")
    ] = None,
    workspace: OfWorkspace = None,
    overlap: Annotated[Overlap, typer.Option(help="When the run before is not over.")] = Overlap.SKIP,
    missed: Annotated[Missed, typer.Option(help="What to make up for when the server was away.")] = Missed.LAST,
    runs: Annotated[int | None, typer.Option(min=1, help="End after so many.")] = None,
    jitter: Annotated[str, typer.Option(metavar="TIME", help="Begin up to so much later.")] = "0s",
    pause_on_failure: Annotated[bool, typer.Option("--pause-on-failure", help="Pause when a run fails.")] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Not before somebody resumes it.")] = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Create a schedule.

    Example: clawdbot schedules add mornings reddit_crawl --cron '0 7 * * MON-FRI' --watchlist
    """
    with ApiClient(find_connection(api_url)) as api:
        what = _plan(plan, inputs, priority) if plan and not type_ else _task(api, type_, words, priority, plan, inputs)
        body = {
            "name": name,
            **belonging(workspace),
            "timing": timing_of(cron, every, at, rule, zone, starts_at),
            "action": {**what, "tickers": ticker_names(ticker), "watchlist": watchlist},
            **{"overlap": overlap, "missed": missed, "runs": runs, "jitter": jitter},
            **{"pause_on_failure": pause_on_failure, "paused": paused},
        }
        made = api.post("/schedules", ScheduleDetailView, body)
    if as_json:
        print_json(made)
    else:
        first = f", first {made.next_runs[0].local}" if made.next_runs else ""
        say(f"{made.name}: {made.when}{first}")


def _task(
    api: ApiClient,
    type_: str | None,
    words: list[str] | None,
    priority: int | None,
    plan: str | None,
    inputs: list[str] | None,
) -> dict[str, Any]:
    if type_ is None or plan is not None:
        raise CliError("Name a task type, or a plan by --plan FILE, and not both.")
    if inputs:
        raise CliError("--input is for a plan. Write params of a task like ticker=NVDA.")
    task: dict[str, Any] = {"task_type": type_}
    if words:
        task["params"] = merge_words({}, words, schema_of(api, type_))
    if priority is not None:
        task["priority"] = priority
    return {"task": task}


def _plan(file: str, inputs: list[str] | None, priority: int | None) -> dict[str, Any]:
    document = read_file(file, inputs or ())
    return {"plan": document if priority is None else {**document, "priority": priority}}
