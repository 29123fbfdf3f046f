"""Writes docs/agent-month.md and its chart, from what the simulation showed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.week.baselines import Kept
from benchmarks.week.chart import chart
from benchmarks.week.checks import Check, check_goal, in_time, runs_while_trending
from benchmarks.week.observing import SLACK_HOURS
from benchmarks.week.running import Week
from benchmarks.week.world import START, World
from contracts.agent.policy import ChoiceKind
from contracts.agent.ranking import DEFAULT_TARGETS

_HEADS = ("source", "agent: fresh", "runs", "cron: every", "fresh", "runs", "oracle: fresh", "runs")
_HEADS_OF_OTHERS = (
    "world", "tasks", "fresh", "of the runs of cron", "fresh but for these", "of cron's runs", "what does not hold"
)  # fmt: skip
_WHO = ("agent", "cron", "oracle")
_KINDS = (ChoiceKind.CRAWL, ChoiceKind.RETRY, ChoiceKind.PROBE, ChoiceKind.ESCALATE)


def write(week: Week, others: Sequence[Week], docs: Path) -> None:
    """Both files; the same worlds give the same text, but for the time it took. ``others``: smaller ones."""
    (docs / "agent-month.svg").write_text(chart(week.world, week.diary))
    (docs / "agent-month.md").write_text(_text(week, others))


def _text(week: Week, others: Sequence[Week]) -> str:
    told = (each.reason for each in week.entries if each.kind == ChoiceKind.ESCALATE)
    return f"""# A month of the agent, simulated

Written by `make week`, in {week.seconds:.0f} s. The decisions are real: {week.rounds:,} rounds of the agent over a real
Postgres whose clock is moved by hand, and ends of tasks written by the statements that write them for
real workers. What is made up is the world outside (`benchmarks/week/world.py`):

{_world(week.world)}

## Against a fixed cron, and against who knows the future

{_table(_HEADS, _rows(week))}

A **ticker-hour** of a source is fresh if its data is no older than its interval at that hour (the agent's, see below),
and {SLACK_HOURS:g} h. A **run** is one task that asks one source for one ticker. Outages and failures count for all
three; the ticker that a source does not know, and the first day, for none. **Cron** has one period per source, the
longest of a crontab that keeps as much fresh as the agent does (or the shortest, if none does). The **oracle** knows
when a ticker becomes hot, and which run will fail, and asks at the last moment: nobody keeps as much fresh by fewer.
Cron and oracle have no budget.

{_table(("", "what", "figure"), map(_checked, check_goal(week.world, week.compared)))}

## What must be true

{_table(("", "what", "figure"), map(_checked, week.checks))}

Late is what is older than its interval and {SLACK_HOURS:g} h more (a round, the task, its turn in the budget
of an hour). The interval is the source's target, shorter for hot tickers and longer for quiet ones. The
first day, in which everything is collected for the first time, does not count; nor does the outage with
what follows from it, for the source that was down. A ticker whose interval has just become shorter, because it
trends, is late at once.

![Late tickers by source, hour by hour](agent-month.svg)

## Other worlds

Some days each, of a few tickers, with an outage of half a day; other numbers are drawn for each. The summaries that
there is no money for count as well, but where it says so.

{_table(_HEADS_OF_OTHERS, map(_other, others))}

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


def _checked(each: Check) -> tuple[object, ...]:
    return "✔" if each.holds else "✘", each.name, each.figure


def _rows(week: Week) -> Iterable[tuple[object, ...]]:
    compared, short = week.compared, week.world.short_of_money
    for source in DEFAULT_TARGETS:
        yield _row(source, compared.agent[source], compared.cron[source], compared.oracle[source])
    yield _row("**all**", *(compared.total(who) for who in _WHO))
    if short:
        yield _row(f"**all but {', '.join(sorted(short))}**", *(compared.total(who, short) for who in _WHO))


def _row(name: str, agent: Kept, cron: Kept, oracle: Kept) -> tuple[object, ...]:
    every = f"{cron.period_hours:g} h" if cron.period_hours else ""
    return (
        name, f"{agent.share:.1%}", f"{agent.runs:,}", every, f"{cron.share:.1%}", f"{cron.runs:,}",
        f"{oracle.share:.1%}", f"{oracle.runs:,}",
    )  # fmt: skip


def _other(week: Week) -> tuple[object, ...]:
    agent, cron = week.compared.total("agent"), week.compared.total("cron")
    short = week.world.short_of_money
    ours, theirs = week.compared.total("agent", short), week.compared.total("cron", short)
    tasks = sum(each.task_id is not None for each in week.entries)
    broken = "; ".join(f"{each.name} ({each.figure})" for each in week.checks if not each.holds) or "nothing"
    return (
        week.world.seed, tasks, f"{agent.share:.1%}", f"{agent.runs / cron.runs:.0%}",
        f"{ours.share:.1%}", f"{ours.runs / theirs.runs:.0%}", broken,
    )  # fmt: skip


def _world(world: World) -> str:
    interval = f"{world.policy.interval_minutes:g} minutes"
    return _lines(
        [
            f"{world.tickers} tickers, {len(DEFAULT_TARGETS)} sources, a round every {interval}",
            f"{world.down} answers nobody on day {_day(world.down_from)}",
            f"about {world.trending} tickers twice as much is written every twelve hours,"
            f" from day {_day(world.trend_from)} on for {world.trend_for.days} days",
            *(
                [f"on one day in {1 / world.bursts:.0f} eight times as much is written about a ticker"]
                if world.bursts
                else []
            ),
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
