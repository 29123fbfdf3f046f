"""The agent on the real stack: it collects by itself, within its budget, when it may, and says why."""

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox_server import Sandbox
from tests.stack.agent.agents import (
    MINE,
    OFTEN,
    PLENTY,
    SELDOM,
    agent,
    budget,
    check_ledger,
    clean,
    decisions,
    have_round,
    policy,
    round_number,
    stack,
    start,
    tell,
    watch,
)
from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack, eventually

__all__ = ["clean", "stack"]


def test_a_fresh_stack_collects_nothing_by_itself(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA")
    found = agent(api)
    assert (found["state"], found["next_round_at"]) == ("paused", None)
    assert found["paused"]["reason"]
    refused = api.http.post("/agent/run")
    assert (refused.status_code, stack.rows(MINE)) == (409, [])
    assert "Resume it first." in refused.json()["detail"]


def _if_all(found: list[dict[str, Any]], count: int) -> list[dict[str, Any]] | None:
    return found if len(found) == count else None


def test_a_round_creates_tasks_that_succeed_and_says_why(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, "NVDA", "AAPL")
    policy(api, SELDOM)
    budget(api, PLENTY)
    with stack.worker("reddit_crawl", "sec_filing_crawl", environment=sources.environment()):
        start(stack, api)
        tasks = stack.rows(MINE)
        assert {(row["ticker"], row["type"]) for row in tasks} == {
            (ticker, type_) for ticker in ("NVDA", "AAPL") for type_ in ("reddit_crawl", "sec_filing_crawl")
        }
        for row in tasks:
            assert api.wait_for(row["id"], seconds=60)["status"] == "succeeded"
            # They are its children, for whoever looks at Temporal.
            parent = stack.temporal_side.describe(row["id"]).workflow_execution_info.parent_execution
            assert parent.workflow_id == "agent"
        settled = eventually(lambda: _if_all(decisions(api, outcome="succeeded"), 4), 30, "the books are kept")

    [number] = {each["round"] for each in settled}
    for each in settled:
        [task] = each["tasks"]
        assert each["reason"].startswith("Never collected")
        assert task["status"] == "succeeded"
        # The real cost stands in the place of the estimate.
        result = api.task(task["id"])["result"]
        assert task["cost"]["calls"] == result["requests"] != task["estimate"]["calls"]
        assert api.task(task["id"])["decision"] == {
            "id": each["id"], "round": number, "kind": "crawl", "reason": each["reason"],
        }  # fmt: skip
    detail = api.http.get(f"/agent/decisions/{settled[0]['id']}").json()
    assert detail["observation"]["candidate"]["ticker"] == settled[0]["ticker"]
    assert detail["observation"]["parts"]
    assert api.task(settled[0]["tasks"][0]["id"])["priority"] == 100
    check_ledger(stack)

    # What is fresh is left alone, and the agent can say so.
    have_round(stack, api)
    assert len(stack.rows(MINE)) == 4
    explained = api.http.get("/agent/explain", params={"ticker": "nvda"}).json()
    assert {each["would"] for each in explained["sources"]} == {"not_due"}
    assert len(explained["decisions"]) == 2
    used = {each["limit"]["unit"]: each["used"] for each in agent(api)["budget"]}
    assert used == {"tasks": 4}


def test_a_budget_is_used_up_to_the_last_unit_and_no_further(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA", "AAPL", "TSLA", "AMD", "MSFT")
    policy(api, OFTEN)
    budget(api, [{"scope": "all", "unit": "tasks", "most": 3, "window": "hour"}])
    before = round_number(stack)
    tell(api, "resume")
    eventually(lambda: round_number(stack) >= before + 4, 60, "the agent has four rounds")
    assert len(stack.rows(MINE)) == 3
    [used] = agent(api)["budget"]
    assert (used["used"], used["left"]) == (3, 0)
    assert agent(api)["last_round"]["not_chosen"]["budget"] == 7

    # A changed budget counts in the next round.
    budget(api, [{"scope": "all", "unit": "tasks", "most": 8, "window": "hour"}])
    eventually(lambda: len(stack.rows(MINE)) == 8, 30, "five more tasks")
    before = round_number(stack)
    eventually(lambda: round_number(stack) >= before + 2, 60, "two more rounds")
    assert len(stack.rows(MINE)) == 8

    check_ledger(stack)


def test_one_unit_less_than_a_task_needs_is_too_little(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA", "AAPL")
    policy(api, SELDOM)
    calls = 40
    limit = {"scope": "reddit", "unit": "calls", "most": 2 * calls - 1, "window": "day"}
    budget(api, [*PLENTY, limit])
    start(stack, api)
    crawls = [each for each in decisions(api) if each["source"] == "reddit"]
    assert [each["tasks"][0]["estimate"]["calls"] for each in crawls] == [calls]
    budget(api, [*PLENTY, {**limit, "most": 2 * calls}])
    have_round(stack, api)
    assert len([each for each in decisions(api) if each["source"] == "reddit"]) == 2
    assert {each["left"] for each in agent(api)["budget"] if each["limit"]["scope"] == "reddit"} == {0}


def test_a_budget_that_cannot_be_read_allows_nothing(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA")
    policy(api, SELDOM)
    stack.execute("""UPDATE agent_state SET budget = '[{"unit": "tasks"}]'""")
    start(stack, api)
    found = agent(api)
    assert stack.rows(MINE) == []
    assert "nothing is created" in found["trouble"]
    assert found["last_round"]["refused"] == found["trouble"]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ([{"scope": "reddit", "unit": "tasks", "most": 5, "window": "day"}], "limits the tasks of everything"),
        ([{"scope": "all", "unit": "tasks", "most": 5, "window": "day"}] * 2, "named twice"),
        ([{"scope": "moon", "unit": "tasks", "most": 5, "window": "day"}], "is no scope of a budget"),
    ],
)
def test_a_budget_that_makes_no_sense_changes_nothing(api: Api, limits: list[dict[str, object]], sentence: str) -> None:
    before = agent(api)["budget"]
    refused = api.http.put("/agent/budget", json={"limits": limits})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert agent(api)["budget"] == before


def test_undo_cancels_exactly_the_tasks_of_the_decision(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA", "AAPL")
    policy(api, SELDOM)
    budget(api, PLENTY)
    start(stack, api)
    undone, *others = decisions(api)
    assert len(others) == 3
    reply = api.http.post(f"/agent/decisions/{undone['id']}/undo").raise_for_status().json()
    [task] = undone["tasks"]
    assert (reply["cancelled"], reply["over"]) == ([task["id"]], [])
    api.wait_for(task["id"], "cancelled")
    for each in others:
        assert api.status(each["tasks"][0]["id"]) == "pending"
    after = eventually(lambda: decisions(api, outcome="cancelled"), 30, "the outcome is written")
    assert [(each["id"], each["undone_by"]) for each in after] == [(undone["id"], "human:admin")]
    # It never began, so it cost nothing; but it was a task.
    assert after[0]["tasks"][0]["cost"] == {"tasks": 1, "calls": 0, "tokens": 0, "usd_micros": 0}
    again = api.http.post(f"/agent/decisions/{undone['id']}/undo").json()
    assert (again["cancelled"], again["over"]) == ([], [task["id"]])


def test_decisions_are_listed_page_by_page(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA", "AAPL", "TSLA")
    policy(api, SELDOM)
    budget(api, PLENTY)
    start(stack, api)
    everything = decisions(api)
    seen, after = [], None
    while True:
        page = api.http.get("/agent/decisions", params={"limit": 4, **({"after": after} if after else {})}).json()
        seen += page["decisions"]
        after = page["next"]
        if after is None:
            break
    assert seen == everything
    assert len(seen) == 6
    assert [each["ticker"] for each in decisions(api, ticker="TSLA")] == ["TSLA", "TSLA"]
    assert decisions(api, kind="escalate") == []
    assert api.http.get("/agent/decisions", params={"after": "x"}).status_code == 422
    times = [datetime.fromisoformat(each["created_at"]) for each in seen]
    assert times == sorted(times, reverse=True)


def test_a_persons_task_never_waits_behind_those_of_the_agent(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, *(f"T{letter}" for letter in "ABCDEFGH"))
    policy(api, {**SELDOM, "sources_off": ["sec"]})
    budget(api, PLENTY)
    start(stack, api)
    waiting = stack.rows(MINE)
    assert len(waiting) == 8
    eventually(lambda: not stack.rows("SELECT 1 FROM outbox"), 60, "they wait in the queue")
    # Even the least urgent word that people have for a priority comes first.
    mine = api.submit("reddit_crawl", {"ticker": "NVDA", "date_range": {"last_days": 1}}, priority="low")
    eventually(lambda: not stack.rows("SELECT 1 FROM outbox"), 60, "it waits in the queue")
    with stack.worker("reddit_crawl", concurrency=1, environment=sources.environment()):
        api.wait_for(mine, "succeeded", seconds=60)
    others = "SELECT count(*) FROM tasks WHERE created_by = 'agent:clawdbot' AND claimed_at < (%s)"
    before = stack.rows(others % "SELECT claimed_at FROM tasks WHERE id = %s", mine)[0]["count"]
    # A worker asks for its next task while it begins; the one that it had in hand by then does not count.
    assert before == 0


def test_the_command_line(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA")
    said = clawdbot(stack, "agent", "status")
    assert said.stdout.startswith("paused by human:admin: the test is over")
    assert "interval_minutes=1440" in clawdbot(stack, "agent", "policy", "interval_minutes=1440").stdout
    budget_now = clawdbot(stack, "agent", "budget", "tasks=1/hour", "usd=0.5/day", "tokens=off/day").stdout
    assert "usd=0.5/day" in budget_now
    assert "tokens" not in budget_now
    wrong = clawdbot(stack, "agent", "budget", "tasks=off/hour")
    assert (wrong.returncode, "limits the tasks of everything" in wrong.stderr) == (2, True)
    assert clawdbot(stack, "agent", "run").returncode != 0
    assert clawdbot(stack, "agent", "resume").stdout.startswith("running")
    have_round(stack, api)
    listed = clawdbot(stack, "agent", "decisions", "--ticker", "nvda").stdout
    [decision] = decisions(api)
    assert decision["id"][:8] in listed
    explained = clawdbot(stack, "agent", "explain", "NVDA").stdout
    assert "in_hand" in explained
    assert "budget" in explained
    [task] = decision["tasks"]
    assert decision["id"] in clawdbot(stack, "tasks", "show", task["id"]).stdout
    undone = clawdbot(stack, "agent", "undo", decision["id"]).stdout
    assert undone == f"{task['id']} is being cancelled\n"
    assert clawdbot(stack, "agent", "pause", "--reason", "enough").stdout.startswith("paused by human:admin: enough")


def test_what_no_retry_mends_is_told_to_a_person_once(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    watch(api, "ZZZZ")
    policy(api, {**SELDOM, "sources_off": ["reddit"]})
    budget(api, PLENTY)
    with stack.worker("sec_filing_crawl", environment=sources.environment()):
        start(stack, api)
        [crawl] = decisions(api)
        failed = api.wait_for(crawl["tasks"][0]["id"], "failed", seconds=60)
    have_round(stack, api)
    [told] = decisions(api, kind="escalate")
    assert (told["ticker"], told["source"], told["outcome"], told["tasks"]) == ("ZZZZ", "sec", "told", [])
    detail = api.http.get(f"/agent/decisions/{told['id']}").json()
    assert detail["observation"]["task_ids"] == [failed["id"]]
    assert failed["error"]["type"] in told["reason"]
    have_round(stack, api)
    assert [each["id"] for each in decisions(api, kind="escalate")] == [told["id"]]
    [explained] = [each for each in api.http.get("/agent/explain", params={"ticker": "ZZZZ"}).json()["sources"]
                   if each["source"] == "sec"]  # fmt: skip
    assert explained["would"] == "resting"
