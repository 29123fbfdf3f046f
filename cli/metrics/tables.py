"""The tables of `clawdbot metrics`."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from cli.listing import listing
from cli.text import ago, one_line, span
from contracts.agent.metric_views import AgentMetricsView
from contracts.metrics.views import (
    CountsView,
    CoverageCellView,
    CoverageRowView,
    ErrorRateView,
    ErrorsView,
    FreshnessMetricsView,
    HistoryView,
    QueueView,
    TaskMetricsView,
    ThroughputView,
    WorkerMetricsView,
)

_COUNTS = (">CREATED", ">SUCCEEDED", ">FAILED", ">CANCELLED", ">REJECTED")
_STYLES = {"fresh": "green", "stale": "yellow", "failing": "red", "never": "red"}


def tasks_table(found: TaskMetricsView) -> Table:
    table = listing("DAY", *_COUNTS, ">AVERAGE", ">P95", ">TICKERS", spare=("TICKERS", "REJECTED", "AVERAGE"))
    for each in found.days:
        durations = _span(each.avg_seconds), _span(each.p95_seconds)
        table.add_row(f"{each.day}", *_counts(each), *durations, f"{each.tickers:,}")
    return table


def throughput_table(found: ThroughputView) -> Table:
    table = listing("FROM (UTC)", *_COUNTS)
    for each in found.buckets:
        table.add_row(f"{each.start:%Y-%m-%d %H:%M}", *_counts(each))
    return table


def errors_table(found: ErrorsView) -> Table:
    """By type, then by source, then all together."""
    table = listing("TYPE", "SOURCE", ">SUCCEEDED", ">FAILED", ">ERROR RATE", wraps=("TYPE",))
    for each in found.types:
        table.add_row(one_line(each.task_type, 60), one_line(each.source or ""), *_rate(each))
    for source in found.sources:
        table.add_row("", one_line(source.source), *_rate(source))
    if found.types:
        table.add_row("all", "", *_rate(found.total))
    return table


def error_kinds_table(found: ErrorsView) -> Table:
    table = listing("ERROR", "TYPE", ">FAILED", wraps=("ERROR",))
    for each in found.errors:
        table.add_row(one_line(each.error, 60), one_line(each.task_type, 60), f"{each.failed:,}")
    return table


def queue_table(found: QueueView) -> Table:
    table = listing(
        "CAPABILITY",
        ">WAITING",
        ">OLDEST",
        ">IN HAND",
        ">STARTED",
        ">WAIT P50",
        ">WAIT P95",
        spare=("STARTED", "WAIT P50"),
    )
    for each in found.capabilities:
        table.add_row(
            one_line(each.capability, 60), f"{each.waiting:,}", _span(each.oldest_seconds), f"{each.held:,}",
            f"{each.started:,}", _span(each.wait_p50_seconds), _span(each.wait_p95_seconds),
        )  # fmt: skip
    return table


def history_table(found: HistoryView) -> Table:
    table = listing("FROM (UTC)", ">WAITING", ">MOST", ">IN HAND", ">FRESH")
    for each in found.buckets:
        waiting, held = (_mean(number) for number in (each.waiting, each.held))
        most = "" if each.most_waiting is None else f"{each.most_waiting:,}"
        table.add_row(f"{each.start:%Y-%m-%d %H:%M}", waiting, most, held, _percent(each.fresh))
    return table


def coverage_table(sources: Sequence[str], rows: Sequence[CoverageRowView]) -> Table:
    known = {cell.source for row in rows for cell in row.cells}
    sources = [*sources, *sorted(known - set(sources))]
    table = listing(
        "TICKER", *(one_line(source).upper() for source in sources), wraps=[one_line(each).upper() for each in sources]
    )
    for row in rows:
        cells = {cell.source: cell for cell in row.cells}
        table.add_row(one_line(row.ticker), *(_cell(cells.get(source)) for source in sources))
    return table


def freshness_table(found: FreshnessMetricsView) -> Table:
    table = listing(
        "SOURCE",
        ">TICKERS",
        ">FRESH",
        ">STALE",
        ">FAILING",
        ">NEVER",
        "OLDEST",
        ">MEDIAN AGE",
        spare=("MEDIAN AGE", "NEVER"),
    )
    for each in found.sources:
        numbers = each.tickers, each.fresh, each.stale, each.failing, each.never
        oldest = ago(each.oldest_success_at) if each.oldest_success_at else ""
        age = _span(each.median_age_seconds)
        table.add_row(one_line(each.source), *(f"{number:,}" for number in numbers), oldest, age)
    return table


def workers_table(found: WorkerMetricsView) -> Table:
    table = listing(
        "WORKER", "STATUS", "SINCE", ">TASKS", ">SUCCESS", ">P95", ">SCORE", spare=("P95", "SCORE", "SINCE")
    )
    for each in found.workers:
        table.add_row(
            one_line(each.name), one_line(each.status), ago(each.since) if each.since else "",
            f"{each.current_tasks}/{each.slots}", _percent(each.success_rate), _span(each.p95_seconds),
            "" if each.score is None else str(each.score),
        )  # fmt: skip
    return table


def agent_table(found: AgentMetricsView) -> Table:
    table = listing(
        "DAY",
        ">ROUNDS",
        ">TASKS",
        "DECISIONS",
        "OUTCOMES",
        ">CALLS",
        ">TOKENS",
        ">COST",
        wraps=("DECISIONS", "OUTCOMES"),
        spare=("CALLS", "TOKENS"),
    )
    for each in found.days:
        said = _pairs(each.decisions), _pairs(each.outcomes)
        use = f"{each.calls:,}", f"{each.tokens:,}", f"${each.usd:,.2f}"
        table.add_row(f"{each.day}", f"{each.rounds:,}", f"{each.tasks:,}", *said, *use)
    return table


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {one_line(name)}" for name, count in counts.items())


def _counts(each: CountsView) -> list[str]:
    numbers = each.created, each.succeeded, each.failed, each.cancelled, each.rejected
    return [f"{number:,}" for number in numbers]


def _rate(each: ErrorRateView) -> tuple[str, str, str]:
    return f"{each.succeeded:,}", f"{each.failed:,}", _percent(each.error_rate)


def _cell(cell: CoverageCellView | None) -> Text:
    if cell is None:
        return Text("-", style="dim")
    when = f" {ago(cell.last_success_at)}" if cell.last_success_at else ""
    gone = [one_line(each.place, 30) for each in cell.refusing if each.left_out]
    without = f", without {', '.join(gone)}" if gone else ""
    return Text(one_line(cell.state) + when + without, style=_STYLES.get(cell.state, ""))


def _span(seconds: float | None) -> str:
    return "" if seconds is None else span(seconds)


def _mean(number: float | None) -> str:
    return "" if number is None else f"{number:,.1f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
