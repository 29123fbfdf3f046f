"""Compares the agent with a fixed cron and with an oracle, in the same world and by the same measure.

The measure: a ticker-hour of a source is fresh if the data is no older then than its interval (the agent's, for that
ticker at that hour), and the time of a round and a task. Cron has one period per source and knows nothing; the oracle
knows when intervals become shorter and which run will fail, and asks as late as it can: nobody needs fewer runs.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benchmarks.week.observing import SLACK_HOURS, Diary, Entry, Sample
from benchmarks.week.world import START, World
from contracts.agent.ranking import DEFAULT_TARGETS

#: Everything is collected for the first time before that; it counts for nobody.
_WARM_UP = timedelta(days=1)
#: Hours from one run to the next that a crontab may say.
_PERIODS = (72, 48, 36, 24, 18, 12, 9, 8, 6, 4, 3, 2, 1)
_STEP = timedelta(minutes=15)

Place = tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """How fresh a source was kept, and by how many runs."""

    runs: int
    fresh: int
    hours: int
    #: Of cron.
    period_hours: float | None = None

    @property
    def share(self) -> float:
        return self.fresh / self.hours if self.hours else 1.0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.runs + other.runs, self.fresh + other.fresh, self.hours + other.hours)


NOTHING = Kept(0, 0, 0)


@dataclass(frozen=True)
class Compared:
    """By source."""

    agent: dict[str, Kept]
    cron: dict[str, Kept]
    oracle: dict[str, Kept]

    def total(self, who: str, without: Collection[str] = ()) -> Kept:
        return sum((kept for source, kept in getattr(self, who).items() if source not in without), NOTHING)


def compare(world: World, diary: Diary, entries: Sequence[Entry]) -> Compared:
    """What the agent did, and what the others would have done."""
    samples = _by_place(world, diary)
    agent = {source: _of_agent(_of(samples, source), entries, source) for source in DEFAULT_TARGETS}
    cron = {source: _cron(world, _of(samples, source), agent[source].share) for source in DEFAULT_TARGETS}
    oracle = {source: _sum(_of(samples, source), lambda *each: _foreseen(world, *each)) for source in DEFAULT_TARGETS}
    return Compared(agent, cron, oracle)


def _by_place(world: World, diary: Diary) -> dict[Place, list[Sample]]:
    found: dict[Place, list[Sample]] = {}
    for each in diary.samples:
        # What a source does not know nobody can keep fresh.
        if (each.ticker, each.source) != (world.stranger, world.unknown):
            found.setdefault((each.ticker, each.source), []).append(each)
    return found


def _of(samples: dict[Place, list[Sample]], source: str) -> dict[Place, list[Sample]]:
    return {place: each for place, each in samples.items() if place[1] == source}


def _counts(at: datetime) -> bool:
    return at >= START + _WARM_UP


def _of_agent(samples: dict[Place, list[Sample]], entries: Sequence[Entry], source: str) -> Kept:
    counted = [each for own in samples.values() for each in own if _counts(each.at)]
    tickers = {ticker for ticker, _ in samples}
    runs = sum(
        each.task_id is not None and each.source == source and each.ticker in tickers and _counts(each.created_at)
        for each in entries
        if each.created_at
    )
    return Kept(runs, sum(not each.late for each in counted), len(counted))


def _cron(world: World, samples: dict[Place, list[Sample]], share: float) -> Kept:
    """The longest period that keeps as much fresh; the shortest if none does."""
    for period in _PERIODS:
        kept = _sum(samples, _with_period(world, period))
        if kept.share >= share:
            break
    return replace(kept, period_hours=period)


def _with_period(world: World, hours: float) -> Callable[[Place, Sequence[Sample]], Kept]:
    return lambda place, own: _ran(own, _fixed(world, place, hours))


def _sum(samples: dict[Place, list[Sample]], run: Callable[[Place, Sequence[Sample]], Kept]) -> Kept:
    return sum((run(place, own) for place, own in samples.items()), NOTHING)


@dataclass(frozen=True)
class _Run:
    began: datetime
    ended: datetime
    succeeds: bool


def _run(world: World, place: Place, began: datetime) -> _Run:
    ended = began + world.takes(*place, began)
    return _Run(began, ended, world.failure(*place, ended) is None)


def _fixed(world: World, place: Place, period_hours: float) -> Iterator[_Run]:
    """Not all at the same minute, as crontabs are written for many tickers."""
    period = timedelta(hours=period_hours)
    began = START + period * world.chance(*place, "cron")
    while began < world.end:
        yield _run(world, place, began)
        began += period


def _ran(samples: Sequence[Sample], runs: Iterator[_Run]) -> Kept:
    """How fresh these runs keep one ticker."""
    all_, newest, place, fresh = list(runs), None, 0, 0
    for each in samples:
        while place < len(all_) and all_[place].ended <= each.at:
            newest = all_[place].began if all_[place].succeeds else newest
            place += 1
        fresh += _counts(each.at) and newest is not None and not _is_late(each, newest)
    counted = sum(_counts(each.at) for each in samples)
    return Kept(sum(_counts(each.began) for each in all_), fresh, counted)


def _is_late(sample: Sample, began: datetime) -> bool:
    return (sample.at - began) / timedelta(hours=1) > sample.interval_hours + SLACK_HOURS


def _foreseen(world: World, place: Place, samples: Sequence[Sample]) -> Kept:
    """As few runs as can be: each begins at the last moment before something would be late, and succeeds."""
    newest: datetime | None = None
    runs = fresh = 0
    for each in samples:
        if newest is None or _is_late(each, newest):
            last = _last_success(world, place, each.at, newest or START - _STEP)
            if last is not None:
                newest, runs = last, runs + _counts(last)
        fresh += _counts(each.at) and newest is not None and not _is_late(each, newest)
    return Kept(runs, fresh, sum(_counts(each.at) for each in samples))


def _last_success(world: World, place: Place, by: datetime, after: datetime) -> datetime | None:
    """When the last run begins that has succeeded by then."""
    began = by - _STEP
    while began > after:
        run = _run(world, place, began)
        if run.succeeds and run.ended <= by:
            return began
        began -= _STEP
    return None
