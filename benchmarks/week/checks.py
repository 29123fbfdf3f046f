"""Checks of the simulated week, each with the figure that shows it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from agent.intervals import SLOWEST
from benchmarks.week.baselines import Compared
from benchmarks.week.observing import Diary, Entry
from benchmarks.week.world import START, World
from contracts.agent.policy import BudgetLimit, ChoiceKind
from contracts.agent.ranking import DEFAULT_TARGETS
from services.agent.observation import MEMORY

#: Of the hours in which something is late whose budget is short, so many have to be spent to the end.
SPENT = 0.99
#: Of all ticker-hours, and of the runs that cron takes for the same: what the agent is for.
FRESH, OF_CRON = 0.95, 0.5
#: How much more often those that trend have to be collected.
MORE_OFTEN = 1.3
#: In which everything is collected for the first time.
WARM_UP = timedelta(days=1)
#: After an outage the source's tickers are collected in turns.
CATCH_UP = timedelta(hours=12)
_MENTIONING = ("reddit", "twitter", "news")
#: Until a crawl has noticed that something trends: of a quiet ticker the next one may be so far away.
NOTICED = timedelta(hours=SLOWEST * min(DEFAULT_TARGETS[source] for source in _MENTIONING))


@dataclass(frozen=True)
class Check:
    name: str
    holds: bool
    figure: str


def check_all(world: World, diary: Diary, entries: list[Entry]) -> list[Check]:
    """All of them."""
    return [
        *_budgets(world, entries),
        _explained(entries),
        *_freshness(world, diary, entries),
        *_outage(world, entries),
        *_told(world, entries),
        _trending(world, entries),
    ]


def check_goal(world: World, compared: Compared) -> list[Check]:
    """Whether it was worth it; where the money suffices, because nobody keeps fresh what there is none for."""
    short = world.short_of_money
    agent, cron = compared.total("agent", short), compared.total("cron", short)
    part = agent.runs / cron.runs
    which = f" of all but {', '.join(sorted(short))}" if short else ""
    return [
        Check(f"{FRESH:.0%} of the ticker-hours{which} are fresh", agent.share >= FRESH, f"{agent.share:.1%}"),
        Check(f"by {OF_CRON:.0%} of the runs of cron", part <= OF_CRON, f"{agent.runs:,} of {cron.runs:,}: {part:.0%}"),
    ]


def _budgets(world: World, entries: list[Entry]) -> Iterator[Check]:
    for limit in world.limits:
        most = most_used(limit, entries)
        yield Check(f"budget: {limit}", most <= limit.most, f"{most:,} at most in any {limit.window}")


def most_used(limit: BudgetLimit, entries: list[Entry]) -> int:
    """The largest sum in any window, at the times at which something was reserved."""
    booked = sorted(
        (
            (each.at, each)
            for each in entries
            if each.at and limit.counts(each.reserved_source or "", each.task_type or "")
        ),
        key=lambda pair: pair[0],
    )
    most, first = 0, 0
    for last, (at, _) in enumerate(booked):
        while booked[first][0] <= at - limit.window.length:
            first += 1
        # All that was reserved at the same time counts.
        if last + 1 == len(booked) or booked[last + 1][0] > at:
            most = max(most, sum(each.counted(limit.unit, at) for _, each in booked[first : last + 1]))
    return most


def _explained(entries: list[Entry]) -> Check:
    tasks = [each for each in entries if each.task_id is not None]
    whole = [each for each in tasks if each.decision_id and each.reason and each.created_at == each.at]
    lost = [each for each in entries if each.task_id is None and each.kind != ChoiceKind.ESCALATE]
    figure = (
        f"{len(whole):,} of {len(tasks):,} tasks have a decision with a reason; {len(lost)} decisions without a task"
    )
    return Check("the ledger explains every task", len(whole) == len(tasks) > 0 and not lost, figure)


def _freshness(world: World, diary: Diary, entries: list[Entry]) -> Iterator[Check]:
    for source in DEFAULT_TARGETS:
        share, worst = in_time(world, diary, source)
        figure = f"{share:.1%} in time, {worst:.1f} h late at most"
        own = next((limit for limit in world.limits if limit.scope == source and limit.unit == "usd_micros"), None)
        if own is None:
            yield Check(f"{source} is fresh", share >= world.in_time, figure)
        else:
            spent = _spent_when_late(own, diary, entries)
            figure += f"; the budget was used up in {spent:.1%} of the hours in which something was late"
            yield Check(f"{source} is as fresh as its budget allows", spent >= SPENT, figure)


def _spent_when_late(limit: BudgetLimit, diary: Diary, entries: list[Entry]) -> float:
    """Of the hours in which tickers of the limit's source were late, the share in which no task more did fit."""
    hours = {
        each.at for each in diary.samples if each.source == limit.scope and each.late and each.at >= START + WARM_UP
    }
    own = [each for each in entries if each.reserved_source == limit.scope and each.at]
    cost = max(((each.estimate or {}).get(limit.unit, 0) for each in own), default=0)
    full = sum(_used_at(limit, own, at) + cost > limit.most for at in hours)
    return full / len(hours) if hours else 1.0


def _used_at(limit: BudgetLimit, own: list[Entry], at: datetime) -> int:
    since = at - limit.window.length
    return sum(each.counted(limit.unit, at) for each in own if each.at and since < each.at <= at)


def in_time(world: World, diary: Diary, source: str) -> tuple[float, float]:
    """The share of samples in time, and the hours by which the latest was late; without the source's outage."""
    samples = [each for each in diary.of(source, START + WARM_UP, world.end) if not _excused(world, source, each.at)]
    samples = [each for each in samples if (each.ticker, source) != (world.stranger, world.unknown)]
    if not samples:
        return 1.0, 0.0
    late = [each for each in samples if each.late]
    hours = [each.hours_late for each in late if each.hours_late is not None]
    return 1 - len(late) / len(samples), max(hours, default=0.0)


def _excused(world: World, source: str, at: datetime) -> bool:
    begin = START + world.down_from
    return source == world.down and begin <= at < begin + world.down_for + CATCH_UP + _longest_back_off(world)


def _longest_back_off(world: World) -> timedelta:
    return timedelta(minutes=world.policy.longest_probe_minutes)


def _outage(world: World, entries: list[Entry]) -> Iterator[Check]:
    end = START + world.down_from + world.down_for
    own = [each for each in entries if each.source == world.down and each.task_id and each.created_at]
    sick = _fell_sick(world, own)
    during = [each for each in own if each.created_at and sick < each.created_at < end]
    kinds = Counter(each.kind for each in during)
    probes, allowed = kinds[ChoiceKind.PROBE], probes_allowed(world)
    yield Check("a sick source gets probes, no storms", 0 < probes <= allowed, f"{probes} probes, {allowed} allowed")
    others = len(during) - probes
    yield Check(
        "its other tickers are left in peace", others == 0, f"{others} other tasks once it was known to be sick"
    )
    well = [each.completed_at for each in own if each.status == "succeeded" and each.completed_at]
    first = min((each for each in well if each >= end), default=None)
    longest = _longest_back_off(world) + timedelta(hours=1)
    figure = f"first success {(first - end).total_seconds() / 3_600:.1f} h after the outage" if first else "no success"
    yield Check("one success heals it", first is not None and first - end <= longest, figure)


def _fell_sick(world: World, own: list[Entry]) -> datetime:
    """When enough tickers of the source that is down had failed."""
    begin = START + world.down_from
    failed = sorted(
        (each.completed_at, each.ticker)
        for each in own
        if each.status == "failed" and each.completed_at and each.completed_at >= begin
    )
    tickers: set[str | None] = set()
    for at, ticker in failed:
        tickers.add(ticker)
        if len(tickers) >= world.policy.sick_after_tickers:
            return at
    return world.end


def probes_allowed(world: World) -> int:
    """One after each back-off, and each back-off twice the one before, up to the longest."""
    wait = timedelta(minutes=world.policy.probe_after_minutes)
    passed, probes = wait, 0
    while passed < world.down_for:
        probes += 1
        wait = min(wait * 2, _longest_back_off(world))
        passed += wait
    return probes


def _told(world: World, entries: list[Entry]) -> Iterator[Check]:
    told = [each for each in entries if each.kind == ChoiceKind.ESCALATE]
    sick = [
        each for each in told if each.source == world.down and (each.reason or "").startswith(f"{world.down} fails")
    ]
    # A person is told once so many probes have failed, and not of an outage that was over before that.
    failed, needed = _failed_probes(world, entries), world.policy.probes_before_escalation
    figure = f"{len(sick)} times; {failed} probes failed, {needed} have to"
    yield Check("the outage is told once", len(sick) == (failed >= needed), figure)
    unknown = [each for each in told if each.source == world.unknown]
    # What is still so after that time is told once more.
    most = 1 + int(timedelta(days=world.days) / MEMORY)
    name = f"the ticker that no source knows is told once in {MEMORY.days} days"
    yield Check(name, len(unknown) == most, f"{len(unknown)} times")


def _failed_probes(world: World, entries: list[Entry]) -> int:
    end = START + world.down_from + world.down_for
    own = [each for each in entries if each.source == world.down and each.kind == ChoiceKind.PROBE]
    return sum(each.status == "failed" and each.completed_at is not None and each.completed_at < end for each in own)


def _trending(world: World, entries: list[Entry]) -> Check:
    runs = runs_while_trending(world, entries)
    usual = median(runs[name] for name in world.names if name not in world.hot)
    least = min(runs[name] for name in world.hot)
    figure = f"{least} runs at least, the others {usual:g} (median)"
    return Check("what trends is collected more often", least >= MORE_OFTEN * usual > 0, figure)


def runs_while_trending(world: World, entries: list[Entry]) -> Counter[str]:
    """Successful crawls by ticker while some trend, from when that can have been noticed."""
    since, until = START + world.trend_from + NOTICED, START + world.trend_from + world.trend_for
    return Counter(
        each.ticker or ""
        for each in entries
        if each.source in _MENTIONING
        and each.status == "succeeded"
        and each.created_at
        and since <= each.created_at < until
    )
