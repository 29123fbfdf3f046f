"""Some simulated days of the real agent over a real Postgres; `make week` is a month of it (benchmarks/week)."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.week.checks import check_all, check_goal, most_used
from benchmarks.week.clock import postgres
from benchmarks.week.report import write
from benchmarks.week.running import Week, run
from benchmarks.week.world import small_world
from contracts.agent.policy import ChoiceKind

pytestmark = pytest.mark.processes

WORLD = small_world(0)


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
    write(week, [week], tmp_path)
    text = (tmp_path / "agent-month.md").read_text()
    assert all(each.name in text for each in week.checks)
    assert "reddit fails since 2026-03-04" in text
    assert (tmp_path / "agent-month.svg").read_text().count("<polyline") == 6


def test_who_knows_the_future_needs_fewer_runs_and_cron_needs_more(week: Week) -> None:
    agent, cron, oracle = (week.compared.total(who) for who in ("agent", "cron", "oracle"))
    assert oracle.runs < agent.runs < cron.runs
    assert {each.name for each in check_goal(week.world, week.compared)} == {
        "95% of the ticker-hours of all but summary are fresh",
        "by 50% of the runs of cron",
    }
    assert agent.share <= cron.share
    assert agent.share <= oracle.share
    assert agent.hours == cron.hours == oracle.hours
