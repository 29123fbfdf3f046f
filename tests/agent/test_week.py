"""Some simulated days of the real agent over a real Postgres; `make week` is a longer one (benchmarks/week)."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.week.checks import check_all, most_used
from benchmarks.week.clock import postgres
from benchmarks.week.report import write
from benchmarks.week.running import Week, run
from benchmarks.week.world import World
from contracts.agent.policy import BudgetLimit, BudgetUnit, BudgetWindow, ChoiceKind, Policy

WORLD = World(
    tickers=12,
    days=3.5,
    trending=2,
    trend_from=timedelta(hours=12),
    trend_for=timedelta(days=3),
    down_from=timedelta(hours=60),
    down_for=timedelta(hours=12),
    policy=Policy(interval_minutes=30, most_tasks_per_round=20),
    limits=(
        BudgetLimit(unit=BudgetUnit.TASKS, most=40, window=BudgetWindow.HOUR),
        BudgetLimit(scope="summary", unit=BudgetUnit.USD_MICROS, most=80_000, window=BudgetWindow.DAY),
    ),
)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    with postgres(tmp_path_factory.mktemp("week")) as url:
        yield asyncio.run(run(url, WORLD, lambda _: None))


def test_everything_that_must_be_true_is(week: Week) -> None:
    assert [each for each in week.checks if not each.holds] == []
    assert week.rounds == 168
    kinds = {each.kind for each in week.entries}
    assert kinds == {ChoiceKind.CRAWL, ChoiceKind.RETRY, ChoiceKind.PROBE, ChoiceKind.ESCALATE}


def test_a_budget_is_used_up_to_the_last_task_and_not_beyond(week: Week) -> None:
    tasks = WORLD.limits[0]
    assert most_used(tasks, week.entries) == tasks.most


def failing(week: Week) -> set[str]:
    return {each.name for each in check_all(WORLD, week.diary, week.entries) if not each.holds}


def test_a_task_too_many_is_noticed(week: Week) -> None:
    """The checks can fail: a task of a busy hour that is there twice is beyond its budget."""
    first = min((each for each in week.entries if each.at), key=lambda each: str(each.at))
    spoiled = replace(week, entries=[*week.entries, first])
    assert f"budget: {WORLD.limits[0]}" in failing(spoiled)


def test_a_storm_is_noticed(week: Week) -> None:
    probe = next(each for each in week.entries if each.kind == ChoiceKind.PROBE and each.source == WORLD.down)
    crawl = replace(probe, kind=ChoiceKind.CRAWL)
    assert "a sick source gets probes, no storms" in failing(replace(week, entries=[*week.entries, *[probe] * 9]))
    assert "its other tickers are left in peace" in failing(replace(week, entries=[*week.entries, crawl]))


def test_a_task_without_a_reason_is_noticed(week: Week) -> None:
    entries = [replace(each, reason="") for each in week.entries]
    assert "the ledger explains every task" in failing(replace(week, entries=entries))


def test_a_budget_that_is_not_used_is_noticed(week: Week) -> None:
    entries = [each for each in week.entries if each.source != "summary" or each.status == "failed"]
    assert "summary is as fresh as its budget allows" in failing(replace(week, entries=entries))


def test_stale_data_are_noticed(week: Week) -> None:
    late = [replace(each, hours_late=9.0) if each.source == "news" else each for each in week.diary.samples]
    assert "news is fresh" in failing(replace(week, diary=replace(week.diary, samples=late)))


def test_the_report_shows_it(week: Week, tmp_path: Path) -> None:
    write(week, tmp_path)
    text = (tmp_path / "agent-week.md").read_text()
    assert all(each.name in text for each in week.checks)
    assert "reddit fails since 2026-03-04" in text
    assert (tmp_path / "agent-week.svg").read_text().count("<polyline") == 6
