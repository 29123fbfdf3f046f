"""`clawdbot metrics …`: figures as tables, from the API's metrics routes."""

from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel
from rich.table import Table
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.metrics.coverage import coverage
from cli.metrics.options import Days, FreshHours
from cli.metrics.tables import (
    agent_table,
    error_kinds_table,
    errors_table,
    freshness_table,
    history_table,
    queue_table,
    tasks_table,
    throughput_table,
    workers_table,
)
from cli.options import ApiUrl, AsJson, TypeFilter
from cli.output import print_json, say, screen
from cli.tasks.page import check_names
from cli.text import ago, one_line
from contracts.agent.metric_views import AgentMetricsView
from contracts.metrics.views import (
    CountsView,
    ErrorsView,
    FreshnessMetricsView,
    HistoryView,
    QueueView,
    TaskMetricsView,
    ThroughputView,
    WorkerMetricsView,
)

app = typer.Typer(
    no_args_is_help=True,
    help="Figures: tasks, throughput, errors, queue, history, coverage, freshness, workers, agent.\n\n"
    "Example: clawdbot metrics tasks --days 7",
)

V = TypeVar("V", bound=BaseModel)


@app.command()
def tasks(days: Days = 30, task_type: TypeFilter = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Tasks by day: created, how they ended, how long they took.

    Example: clawdbot metrics tasks --days 7 --type reddit_crawl
    """
    found = _ask(api_url, "tasks", TaskMetricsView, days=days, task_type=task_type)
    _show(found, as_json, tasks_table(found))
    if not as_json:
        still = ", ".join(f"{count:,} {status.words}" for status, count in found.open.items())
        say(f"\nOpen now: {still or 'nothing'}.")
        _say_when(found)


@app.command()
def throughput(
    per: Annotated[str, typer.Option(help="hour, day or week.")] = "hour",
    last: Annotated[int, typer.Option(min=1, max=366, help="How many, the current one included.")] = 24,
    task_type: TypeFilter = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Tasks per hour, day or week.

    Example: clawdbot metrics throughput --per day --last 14
    """
    found = _ask(api_url, "throughput", ThroughputView, per=per, last=last, task_type=task_type)
    _show(found, as_json, throughput_table(found))
    if not as_json:
        _say_when(found)


@app.command()
def errors(days: Days = 7, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Error rate by type and source, and what tasks failed with.

    Example: clawdbot metrics errors --days 1
    """
    found = _ask(api_url, "errors", ErrorsView, days=days)
    _show(found, as_json, errors_table(found))
    if not as_json and found.errors:
        say("")
        screen().print(error_kinds_table(found))
    if not as_json:
        _say_when(found)


@app.command()
def queue(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """What waits for each capability, and how long tasks wait.

    Example: clawdbot metrics queue
    """
    found = _ask(api_url, "queue", QueueView)
    _show(found, as_json, queue_table(found))
    if not as_json:
        say(f"\n{found.outbox:,} commands wait for Temporal to take them.")


@app.command()
def history(
    per: Annotated[str, typer.Option(help="minute, hour, day or week.")] = "hour",
    last: Annotated[int, typer.Option(min=1, max=366, help="How many, the current one included.")] = 24,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Queues and freshness over the time; --json has each queue and source.

    Example: clawdbot metrics history --per minute --last 60
    """
    found = _ask(api_url, "history", HistoryView, per=per, last=last)
    _show(found, as_json, history_table(found))
    if not as_json:
        say(f"\nMeans, but MOST. Fresh: younger than {found.fresh_hours} h, of all tickers and sources.")


app.command()(coverage)


@app.command()
def freshness(fresh_hours: FreshHours = 24, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """How the tickers of each source stand.

    Example: clawdbot metrics freshness --fresh-hours 48
    """
    found = _ask(api_url, "freshness", FreshnessMetricsView, fresh_hours=fresh_hours)
    _show(found, as_json, freshness_table(found))


@app.command()
def workers(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """The fleet: states, slots, how each worker does.

    Example: clawdbot metrics workers
    """
    found = _ask(api_url, "workers", WorkerMetricsView)
    _show(found, as_json, workers_table(found))
    if not as_json:
        states = ", ".join(f"{count} {one_line(state)}" for state, count in found.states.items())
        say(f"\n{found.slots_used} of {found.slots} slots used; {states or 'no workers'}.")


@app.command()
def agent(
    days: Annotated[int, typer.Option(min=1, max=92, help="Today is the last of them; days are those of UTC.")] = 30,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """What the agent decided, by day, and what that took from its budget.

    Example: clawdbot metrics agent --days 7
    """
    found = _ask(api_url, "agent", AgentMetricsView, days=days)
    _show(found, as_json, agent_table(found))
    if not as_json and found.sources:
        spent = ", ".join(f"{one_line(each.source)} {each.tasks:,} (${each.usd:,.2f})" for each in found.sources)
        say(f"\nTasks by source: {spent}.")


def _ask(api_url: str | None, name: str, view: type[V], **query: object) -> V:
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/metrics/{name}", view, **query)
        if isinstance(found, TaskMetricsView) and not any(map(_counts, found.days)):
            check_names(api, query)
        if isinstance(found, ThroughputView) and not any(map(_counts, found.buckets)):
            check_names(api, query)
        return found


def _counts(row: CountsView) -> bool:
    """Whether there was anything then."""
    return any((row.created, row.succeeded, row.failed, row.cancelled, row.rejected))


def _show(found: BaseModel, as_json: bool, table: Table) -> None:
    if as_json:
        print_json(found)
    elif table.row_count:
        screen().print(table)
    else:
        say("There is nothing to show yet.")


def _say_when(found: TaskMetricsView | ThroughputView | ErrorsView) -> None:
    counted = f"Counted {ago(found.as_of)}" if found.as_of else "Nothing was counted yet"
    say(Text(f"{counted}; core counts every few seconds.", style="dim"))
