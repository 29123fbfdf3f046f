"""docs/agent-week.md and its chart, from what the week showed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.week.chart import chart
from benchmarks.week.checks import in_time, runs_while_trending
from benchmarks.week.observing import SLACK_HOURS
from benchmarks.week.running import Week
from benchmarks.week.world import START, World
from contracts.agent.policy import ChoiceKind
from contracts.agent.ranking import DEFAULT_TARGETS

_KINDS = (ChoiceKind.CRAWL, ChoiceKind.RETRY, ChoiceKind.PROBE, ChoiceKind.ESCALATE)


def write(week: Week, docs: Path) -> None:
    """Both files; the same world gives the same text, but for the time it took."""
    (docs / "agent-week.svg").write_text(chart(week.world, week.diary))
    (docs / "agent-week.md").write_text(_text(week))


def _text(week: Week) -> str:
    checked = (("✔" if each.holds else "✘", each.name, each.figure) for each in week.checks)
    told = (each.reason for each in week.entries if each.kind == ChoiceKind.ESCALATE)
    return f"""# A week of the agent, simulated

Written by `make week`, in {week.seconds:.0f} s. The decisions are real: {week.rounds} rounds of the agent over a real
Postgres whose clock is moved by hand, and ends of tasks written by the statements that write them for
real workers. What is made up is the world outside (`benchmarks/week/world.py`):

{_world(week.world)}

## What must be true

{_table(("", "what", "figure"), checked)}

Late is what is older than its interval and {SLACK_HOURS:g} h more (a round, the task, its turn in the budget
of an hour). The interval is the source's target, shorter for hot tickers and longer for quiet ones. The
first day, in which everything is collected for the first time, does not count; nor does the outage with
what follows from it, for the source that was down. A ticker whose interval has just become shorter, because it
trends, is late at once.

![Late tickers by source, hour by hour](agent-week.svg)

## By source

{_table(("source", "target", "tasks", "succeeded", "failed", "in time", "latest"), _sources(week))}

## By day

{_table(("day", "tasks", *_KINDS, "calls", "tokens", "cost"), _days(week))}

## Tickers that trend

Crawls of reddit, twitter and news that succeeded while more and more is written about them, but for the first day,
in which crawls have to notice it:

{_table(("ticker", "crawls"), _trending(week))}

## What a person was told

{_lines(told)}
"""


def _world(world: World) -> str:
    interval = f"{world.policy.interval_minutes:g} minutes"
    return _lines(
        [
            f"{world.tickers} tickers, {len(DEFAULT_TARGETS)} sources, a round every {interval}",
            f"{world.down} answers nobody on day {_day(world.down_from)}",
            f"about {world.trending} tickers twice as much is written every twelve hours,"
            f" from day {_day(world.trend_from)} on for {world.trend_for.days} days",
            f"one ticker is unknown to {world.unknown}; one task in fifty fails by itself",
        ]
    )


def _lines(lines: Iterable[object]) -> str:
    return "\n".join(f"- {each}" for each in lines)


def _day(passed: timedelta) -> int:
    return passed.days + 1


def _sources(week: Week) -> Iterable[tuple[object, ...]]:
    for source, target in DEFAULT_TARGETS.items():
        own = Counter(each.status for each in week.entries if each.source == source and each.task_id)
        share, worst = in_time(week.world, week.diary, source)
        ended = own["succeeded"], own["failed"]
        yield source, f"{target:g} h", own.total(), *ended, f"{share:.1%}", f"{worst:.1f} h late"


def _days(week: Week) -> Iterable[tuple[object, ...]]:
    for day in range(int(week.world.days)):
        since = START + timedelta(days=day)
        own = [
            each for each in week.entries if each.decided_at and since <= each.decided_at < since + timedelta(days=1)
        ]
        kinds = Counter(each.kind for each in own)
        use = [sum(getattr(each, unit) or 0 for each in own) for unit in ("calls", "tokens", "usd_micros")]
        tasks = sum(each.task_id is not None for each in own)
        cost = f"{use[0]:,}", f"{use[1]:,}", f"${use[2] / 1_000_000:.2f}"
        yield day + 1, tasks, *(kinds[kind] for kind in _KINDS), *cost


def _trending(week: Week) -> Iterable[tuple[object, ...]]:
    runs = runs_while_trending(week.world, week.entries)
    yield from ((name, runs[name]) for name in week.world.hot)
    yield "the others (median)", f"{median(runs[name] for name in week.world.names if name not in week.world.hot):g}"


def _table(heads: Sequence[object], rows: Iterable[Iterable[object]]) -> str:
    lines: list[Iterable[object]] = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
