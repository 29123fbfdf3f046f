"""The demo of `clawdbot up`: four crawls side by side, watched live, with a summary of what they found."""

from typing import Any

from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import Connection
from cli.listing import listing
from cli.output import say, screen, status_text, task_label
from cli.tasks.watching import exit_code_of, watch
from cli.text import one_line, span
from contracts.tasks.views import BatchView, TaskDetailView

_REDDIT = {
    "subreddits": ["wallstreetbets", "stocks", "investing"],
    "date_range": {"last_days": 30},
    "limit": 300,
}
_SEC = {"ticker": "NVDA", "filing_types": ["10-K", "10-Q", "8-K"], "date_range": {"last_days": 730}}


def run_demo(connection: Connection, temporal_ui_url: str | None = None) -> int:
    """Submit the demo's tasks, follow them, sum up. 0 if all of them succeeded, else 1.

    Raises:
        CliError: the API is not there or refuses.
    """
    with ApiClient(connection) as api:
        say("Submitting four tasks: Reddit posts about NVDA, AAPL and TSLA, and NVDA's SEC filings.\n")
        batch = api.post("/tasks/batch", BatchView, {"tasks": _tasks()})
        tasks = watch(api, batch.task_ids)
    _sum_up(tasks)
    _where_to_look(connection.api_url, temporal_ui_url, tasks[0])
    return int(exit_code_of(tasks))


def _tasks() -> list[dict[str, Any]]:
    crawls = [
        {"task_type": "reddit_crawl", "params": {"ticker": ticker, **_REDDIT}} for ticker in ("NVDA", "AAPL", "TSLA")
    ]
    filings = {"task_type": "sec_filing_crawl", "params": _SEC}
    return [{**task, "tags": ["demo"]} for task in (*crawls, filings)]


def _sum_up(tasks: list[TaskDetailView]) -> None:
    table = listing("TASK", "STATUS", ">COLLECTED", ">NEW", ">KNOWN", ">REQUESTS", ">TOOK", spare=("REQUESTS", "TOOK"))
    for task in tasks:
        took = span(task.duration_ms / 1000) if task.duration_ms is not None else "-"
        table.add_row(task_label(task.task_type, task.ticker), status_text(task.status), *_counts(task), took)
    say("")
    screen().print(table)


def _counts(task: TaskDetailView) -> list[str]:
    """Rows that were kept, how many of them were new to the tables, and what they cost."""
    result = task.result or {}
    kept = next((name for name in result if name.endswith("_collected")), "")
    names = [(kept, kept.removesuffix("_collected")), ("new", ""), ("duplicates", ""), ("requests", "")]
    return [one_line(f"{result.get(name, '-')} {noun}".strip()) for name, noun in names]


def _where_to_look(api_url: str, temporal_ui_url: str | None, task: TaskDetailView) -> None:
    say(Text("\nWhere to look", style="bold"))
    say(f"  Dashboard       {api_url}/")
    say(f"  API             {api_url}/docs")
    if temporal_ui_url:
        say(f"  Temporal Web UI {temporal_ui_url}")
    say("  Terminal        clawdbot tasks list --tag demo")
    say(f"                  clawdbot tasks show {str(task.id)[:8]}")
    say("                  clawdbot workers list")
