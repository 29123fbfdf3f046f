"""A stack whose agent tests can have to themselves, and what they ask of it. Import the fixtures to use them."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import sql

from tests.stack.harness import Api, RunningStack, eventually
from tests.support.light import Light

#: Only what the sandbox serves, so that a round is easy to count.
TARGETS = "reddit=24h,sec=24h,twitter=off,news=off,sentiment=off,summary=off"
SETTINGS = {"CLAWDBOT_FRESHNESS_TARGETS": TARGETS, "CLAWDBOT_AGENT_KEEPER_SECONDS": "2"}
#: More than enough for any test that is not about the budget.
PLENTY = [{"scope": "all", "unit": "tasks", "most": 1_000, "window": "hour"}]
#: Rounds come when they are asked for.
SELDOM: dict[str, Any] = {"interval_minutes": 1_440}
#: A round every second.
OFTEN: dict[str, Any] = {"interval_minutes": 1 / 60}
MINE = "SELECT id::text, ticker, type, status, params FROM tasks WHERE created_by = 'agent:clawdbot' ORDER BY id"


@pytest.fixture(scope="module")
def stack(light: Light) -> Iterator[RunningStack]:
    """One of its own: the agent looks at the whole watchlist."""
    with light(SETTINGS) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(autouse=True)
def clean(stack: RunningStack, api: Api) -> Iterator[None]:
    """Each test begins with nothing decided, nothing spent and nobody watched."""
    yield
    leave_nothing(stack, api)


def watch(api: Api, *tickers: str) -> None:
    """Put them on the watchlist, the first one most watched."""
    for place, ticker in enumerate(tickers):
        api.http.put(f"/tickers/{ticker}", json={"watchers": 1_000 - place}).raise_for_status()


def tell(api: Api, verb: str, **body: Any) -> dict[str, Any]:
    """pause, resume, run: how the agent stands after it."""
    reply = api.http.post(f"/agent/{verb}", json=body or None)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def agent(api: Api) -> dict[str, Any]:
    return dict(api.http.get("/agent").raise_for_status().json())


def budget(api: Api, limits: list[dict[str, Any]]) -> None:
    api.http.put("/agent/budget", json={"limits": limits}).raise_for_status()


def policy(api: Api, wanted: dict[str, Any]) -> None:
    api.http.put("/agent/policy", json=wanted).raise_for_status()


def decisions(api: Api, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        api.http.get("/agent/decisions", params=filters).raise_for_status().json()["decisions"]
    )
    return found


def round_number(stack: RunningStack) -> int:
    return int(stack.rows("SELECT round FROM agent_state")[0]["round"])


def have_round(stack: RunningStack, api: Api) -> int:
    """Ask for a round and wait for it; its number."""
    before = round_number(stack)
    tell(api, "run")
    return wait_for_round(stack, before)


def start(stack: RunningStack, api: Api) -> int:
    """Have it act, and wait for a round; its number."""
    tell(api, "resume")
    return have_round(stack, api)


def wait_for_round(stack: RunningStack, before: int) -> int:
    """The number of the first round after ``before``."""
    return eventually(lambda: max(round_number(stack) - before, 0), 60, "the agent has a round") + before


def another_round(stack: RunningStack) -> None:
    before = round_number(stack)
    eventually(lambda: round_number(stack) > before, 60, "the agent acts")


def leave_nothing(stack: RunningStack, api: Api) -> None:
    """The agent is paused, its tasks are over and forgotten, nothing is spent, nobody is watched."""
    stack.wait_until_ready()
    tell(api, "pause", reason="the test is over")
    # The tasks of a round that a test has by itself are nobody's children, and the outbox gives a parent ten seconds.
    stack.execute("UPDATE outbox SET next_try_at = now() WHERE next_try_at > now() + interval '2 seconds'")
    api.cancel_all([row["id"] for row in stack.rows(MINE)])
    open_ = MINE.replace("ORDER", "AND completed_at IS NULL ORDER")
    eventually(lambda: not stack.rows(open_), 60, "no task of the agent is open")
    for table in ("watched_tickers", "ticker_data_freshness", "agent_reservations", "agent_decisions", "alert_signals"):
        stack.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    stack.execute("UPDATE tasks SET created_by = 'test:over' WHERE created_by = 'agent:clawdbot'")
    stack.execute("UPDATE agent_state SET budget = NULL, policy = NULL")


def check_ledger(stack: RunningStack) -> None:
    """Each task of the agent has one decision and one reservation, and no place has two tasks that are not over."""
    tasks = {row["id"] for row in stack.rows(MINE)}
    reserved = [str(row["task_id"]) for row in stack.rows("SELECT task_id FROM agent_reservations")]
    assert sorted(reserved) == sorted(tasks)
    lonely = "SELECT id FROM agent_decisions d WHERE kind <> 'escalate' AND 1 <> (%s)"
    count = "SELECT count(*) FROM agent_reservations r WHERE r.decision_id = d.id"
    assert stack.rows(lonely % count) == []
    twice = (
        "SELECT ticker, type FROM tasks WHERE created_by = 'agent:clawdbot' AND completed_at IS NULL "
        "GROUP BY ticker, type HAVING count(*) > 1"
    )
    assert stack.rows(twice) == []
    rounds = stack.rows("SELECT number FROM agent_rounds ORDER BY number")
    assert [row["number"] for row in rounds] == list(range(1, len(rounds) + 1))
