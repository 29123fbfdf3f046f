"""A failure is over when the same thing succeeds; what comes and goes is damped; a break of our own is no alarm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from db.tasks.mirror import AttemptSeen
from tests.http.tasks.alerted import LIMITED, OPS, Alerted, alerted
from tests.support.servers import Servers
from workers.core.alerts import Alerts

BROKEN = "⚠️ The alert rule silent cannot be looked at"
DEEP = '{"kind":' * 3_000 + "1" + "}" * 3_000
_POLICY = "UPDATE agent_state SET paused = false, last_round_at = now(), policy = CAST(:policy AS jsonb)"
OVER = "✅ reddit_crawl for $NVDA is no longer failed; it failed once in all"


@pytest.fixture(scope="module")
def world(servers: Servers) -> Iterator[Alerted]:
    with alerted(servers) as world:
        yield world


@pytest.fixture
def failures(world: Alerted) -> Iterator[Alerted]:
    """One rule, about failures, and nothing before."""
    world.rule("failed", kind="task_failed")
    world.look()
    yield world
    world.rule("failed", kind="task_failed", enabled=False)
    world.look()
    world.passes(90_000)


def test_a_rule_that_cannot_be_looked_at_keeps_no_other_and_is_told_until_it_can_be(failures: Alerted) -> None:
    """Of another version, or written by hand: whatever it is, it was the end of all alerts."""
    failures.rule("silent", kind="agent_silent", for_seconds=0)
    failures.rule("deep", kind="task_failed")
    failures.do("UPDATE alert_rules SET body = CAST(:body AS jsonb) WHERE name = 'deep'", body=DEEP)
    failures.do(_POLICY, policy='{"interval_minutes": "often"}')
    failures.ends(failures.submit())
    assert failures.look() == ["❌ reddit_crawl for $NVDA failed — Rate limit exceeded (not retried)", BROKEN]
    [told] = failures.stack.api.http.get("/notifications", params={"rule": "silent"}).json()["notifications"]
    assert told["body"].startswith("DataError: ")
    # It lasts, and is not told again.
    assert failures.look() == []
    failures.do(_POLICY, policy="{}")
    failures.ends(failures.submit(), None)
    assert failures.look() == [OVER, "✅ Over: The alert rule silent cannot be looked at"]
    for name in ("silent", "deep"):
        failures.stack.api.http.delete(f"/alerts/rules/{name}").raise_for_status()


def test_an_alert_that_cannot_be_told_keeps_no_other(failures: Alerted) -> None:
    """As a version that is newer may have written one of its messages."""
    failures.ends(failures.submit("AMD"))
    [told] = failures.look()
    failures.do("UPDATE task_notifications SET kind = 'novel' WHERE title = :told", told=told)
    failures.ends(failures.submit(), TaskFailure(type="NotFound", message="There is none"))
    assert failures.look() == ["❌ reddit_crawl for $NVDA failed — There is none (not retried)"]
    failures.do("UPDATE task_notifications SET kind = 'first' WHERE title = :told", told=told)
    for ticker in ("AMD", "NVDA"):
        failures.ends(failures.submit(ticker), None)
    assert len(failures.look()) == 2


def test_a_retry_is_not_the_end_of_a_failure_and_a_success_is(failures: Alerted) -> None:
    task = failures.ends(failures.submit())
    [told] = failures.look()
    assert told == "❌ reddit_crawl for $NVDA failed — Rate limit exceeded (not retried)"
    failures.passes(1_800)
    assert failures.look() == []
    failures.stack.api.command(task, "retry")
    assert failures.look() == []
    assert failures.firing("failed")
    failures.ends(task, None)
    assert failures.look() == [OVER]
    assert failures.look() == []


def test_another_task_for_the_same_ticker_ends_it_and_one_for_another_does_not(failures: Alerted) -> None:
    failures.ends(failures.submit())
    failures.look()
    failures.ends(failures.submit("AAPL"), None)
    assert failures.look() == []
    failures.ends(failures.submit(limit=7), None)
    assert failures.look() == [OVER]


def test_of_two_that_failed_both_have_to_succeed(failures: Alerted) -> None:
    failures.ends(failures.submit())
    failures.look()
    failures.ends(failures.submit("AAPL"))
    failures.look()
    failures.ends(failures.submit(), None)
    assert failures.look() == []
    failures.ends(failures.submit("AAPL"), None)
    [over] = failures.look()
    assert over == "✅ reddit_crawl: nothing is failed with RateLimited any more; it failed 2 times in all"


def test_what_a_person_puts_away_keeps_nothing_open(failures: Alerted) -> None:
    task = failures.ends(failures.submit())
    failures.look()
    failures.stack.api.http.delete(f"/tasks/{task}").raise_for_status()
    assert failures.look() == [OVER]


def test_what_has_succeeded_before_anybody_looked_is_not_told(failures: Alerted) -> None:
    failures.ends(failures.submit())
    failures.ends(failures.submit(), None)
    assert failures.look() == []
    assert not failures.firing("failed")


def test_what_nobody_tries_again_ends_after_two_days_and_says_so(failures: Alerted) -> None:
    failures.ends(failures.submit())
    [told] = failures.look()
    failures.passes(2 * 86_400 - 600)
    assert failures.look() == []
    failures.passes(700)
    assert failures.look() == [f"⌛ Nobody has tried it again for two days: {told}"]


def test_what_comes_and_goes_is_told_to_be_over_when_it_stays_well(failures: Alerted) -> None:
    titles = []
    for _ in range(4):
        failures.ends(failures.submit())
        titles += failures.look()
        failures.ends(failures.submit(), None)
        titles += failures.look()
        failures.passes(30)
        titles += failures.look()
    first = "❌ reddit_crawl for $NVDA failed — Rate limit exceeded (not retried)"
    assert titles == [first, OVER, f"{first} — again: 2 times within the hour"]
    failures.passes(1_700)
    assert failures.look() == []
    failures.passes(120)
    [over] = failures.look()
    assert over.startswith("✅ reddit_crawl")
    assert over.endswith("(it came and went 4 times)")


def test_silence_that_was_our_own_is_no_alarm(world: Alerted) -> None:
    world.rule("stalled", kind="queue_stalled", for_seconds=0, task_types=[])
    world.look()
    task = world.stack.api.submit("echo", capability="nobody-offers-it")
    world.passes(600, watched=False)
    assert world.look() == []
    world.passes(40)
    world.do("UPDATE service_beats SET started_at = started_at - interval '40 s' WHERE name = 'alerts'")
    assert world.look() == []
    world.do("UPDATE service_beats SET started_at = started_at - interval '10 s' WHERE name = 'alerts'")
    assert world.look() == ["🔴 1 task pending, 0 workers online (nobody-offers-it)"]
    world.stack.api.command(task, "cancel")
    world.do("UPDATE tasks SET status = 'cancelled' WHERE id = :id", id=task)
    assert len(world.look()) == 1
    world.rule("stalled", kind="queue_stalled", enabled=False)


def test_an_attempt_that_is_retried_says_which_retry_comes(world: Alerted) -> None:
    world.rule("attempts", kind="attempt_failed")
    task = world.submit("MSFT")
    seen = AttemptSeen(task, "run", 0, 2, TaskStatus.PENDING, None, "mac", failure=LIMITED)
    world.seen(seen)
    assert world.look() == ["❌ reddit_crawl for $MSFT failed — Rate limit exceeded (retry 2/4)"]
    assert world.look() == []
    world.rule("attempts", kind="attempt_failed", enabled=False)


def test_a_page_that_changed_is_told_and_one_that_did_not_is_not(world: Alerted) -> None:
    world.rule("pages", kind="page_changed")
    for path, changed in (("a", True), ("b", False), ("c", True), ("c", True)):
        task = world.stack.api.submit("web_monitor", {"url": f"https://example.com/{path}"})
        result = {"changed": changed, "title": f"Prices {path}", "added_lines": 3, "removed_lines": 1}
        world.ends(task, None, result)
    assert sorted(world.look()) == ["📄 Prices a changed — +3 -1 lines", "📄 Prices c changed 2 times — +3 -1 lines"]
    world.rule("pages", kind="page_changed", enabled=False)


def test_a_disk_that_fills_is_told_before_it_is_full(world: Alerted, tmp_path: Path) -> None:
    world.rule("disk", kind="disk_low", threshold=1_000_000)
    assert world.look() == [], "no disk is named"
    [told] = world.look(disk=tmp_path)
    assert told.startswith("🔴 Only ")
    assert world.look(disk=tmp_path) == []
    world.rule("disk", kind="disk_low", threshold=0.000_001)
    assert world.look(disk=tmp_path) == ["✅ The disk has room again"]


def test_a_look_that_sees_nothing_asks_each_thing_once_and_one_that_sees_nothing_new_writes_nothing(
    world: Alerted,
) -> None:
    kinds = ("queue_stalled", "backlog", "budget_near", "trigger_halted", "symbol_trends", "task_failed")
    for kind in kinds:
        world.rule(f"once-{kind}", kind=kind)
    world.look()
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    def looks() -> tuple[bool, list[str]]:
        """Whether it saw anything new, and what it asked."""
        asked.clear()
        event.listen(world.engine.sync_engine, "before_cursor_execute", note)
        is_news = world.runner.run(Alerts(world.engine, OPS, {}, None).look())
        event.remove(world.engine.sync_engine, "before_cursor_execute", note)
        return is_news, sorted(asked)

    is_news, nothing = looks()
    assert (is_news, len(nothing) > len(kinds)) == (False, True)
    assert nothing == sorted(set(nothing))
    world.do("UPDATE service_beats SET started_at = '-infinity' WHERE name = 'alerts'")
    world.stack.api.submit("echo", capability="nobody-offers-this-either")
    world.passes(60)
    assert "🔴 1 task pending, 0 workers online (nobody-offers-this-either)" in world.look()
    # Nothing of it is written, and the next look comes as late as where there is none.
    is_news, same = looks()
    assert (is_news, [each for each in same if "INSERT INTO notifications" in each]) == (False, [])
    assert world.firing("once-queue_stalled")
    for kind in kinds:
        world.rule(f"once-{kind}", kind=kind, enabled=False)
