"""Our own events: each sets off what watches it, once; a chain ends, and too many at once pause a trigger."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.exchange import StoreReply
from contracts.records.rows import RecordKind
from contracts.settings import ServerSettings
from contracts.storable import MAX_DEPTH
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Lease, TaskFailure
from services.records.storing import store
from services.triggers import own_events
from services.triggers.own_events import MOST_DEPTH, look_at_events
from tests.http import as_core
from tests.http.planned import Planned
from tests.http.planned import echo as echo_step
from tests.http.triggers.made import deliveries, made_by, trigger
from tests.http.workspaces.teams import make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

SETTINGS = ServerSettings.model_validate(
    {"database_url": "postgresql://nobody@localhost/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
)
BROKEN = TaskFailure(type="Broken", message="It broke.")

Watch = Callable[..., str]


def echo(text: str) -> dict[str, Any]:
    return {"kind": "task", "task": {"task_type": "echo", "params": {"message": text}}}


@pytest.fixture
def watch(stack: Facade, api: Api) -> Iterator[Watch]:
    """Makes a trigger, and returns its name; afterwards there is none of them."""
    stack.execute("DELETE FROM trigger_events")
    names: list[str] = []

    def make(source: dict[str, Any], action: dict[str, Any], **fields: Any) -> str:
        names.append(str(trigger(api, source, action, **fields)["name"]))
        return names[-1]

    yield make
    for name in names:
        api.http.delete(f"/triggers/{name}")


def look(stack: Facade) -> int:
    """What core does: transaction by transaction, until there is no event."""
    looked_at = 0
    while found := look_once(stack):
        looked_at += found
    return looked_at


def look_once(stack: Facade) -> int:
    async def act(connection: AsyncConnection) -> int:
        return await look_at_events(connection, SETTINGS)

    return in_database(stack, act)


def fail(stack: Facade, api: Api, type_: str = "echo", **params: Any) -> str:
    return ended(stack, api.submit(type_, params), TaskStatus.FAILED, error=BROKEN)


def ended(stack: Facade, id_: str, status: TaskStatus, **fields: Any) -> str:
    as_core.end(stack, id_, str(uuid.uuid4()), status, **fields)
    return id_


def test_what_is_watched_sets_it_off_once(stack: Facade, api: Api, watch: Watch) -> None:
    said = "${{ payload.task.type }} of ${{ payload.task.params.message }}: ${{ payload.task.error.message }}"
    name = watch(
        {"kind": "task", "task_type": "echo"}, echo(said), filter="payload.task.params.message != 'never mind'"
    )
    fail(stack, api, message="one")
    fail(stack, api, message="never mind")
    fail(stack, api, "web_monitor", url="https://example.com")
    ended(stack, api.submit("echo", {"message": "two"}), TaskStatus.SUCCEEDED)
    # Of another type, or with another end, is not even noted.
    assert look(stack) == 2
    assert look(stack) == 0
    [task] = made_by(api, name)
    assert task["params"]["message"] == "echo of one: It broke."
    [delivery] = deliveries(api, name)
    assert (delivery["outcome"], delivery["task_ids"], delivery["depth"]) == ("made", [task["id"]], 1)


def test_what_is_not_committed_is_looked_at_again(stack: Facade, api: Api, watch: Watch) -> None:
    name = watch({"kind": "task", "task_type": "echo"}, echo("x"))
    fail(stack, api)

    async def dies(connection: AsyncConnection) -> None:
        await look_at_events(connection, SETTINGS)
        raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        in_database(stack, dies)
    assert (made_by(api, name), deliveries(api, name)) == ([], [])
    assert look(stack) == 1
    assert len(made_by(api, name)) == 1


def test_another_core_waits_while_one_looks(stack: Facade, api: Api, watch: Watch) -> None:
    watch({"kind": "task", "task_type": "echo"}, echo("x"))
    fail(stack, api)

    async def both(connection: AsyncConnection) -> tuple[int, int]:
        return await look_at_events(connection, SETTINGS), look_elsewhere()

    def look_elsewhere() -> int:
        with ThreadPoolExecutor(1) as other:
            return other.submit(look, stack).result()

    assert in_database(stack, both) == (1, 0)


def test_a_transaction_ends_with_what_it_sets_off(stack: Facade, api: Api, watch: Watch) -> None:
    """What one event locks, others do not wait for while forty-nine more are looked at."""
    name = watch({"kind": "task", "task_type": "echo"}, echo("x"), filter="payload.task.params.message != 'never mind'")
    for message in ("never mind", "one", "two", "never mind"):
        fail(stack, api, message=message)
    assert [look_once(stack) for _ in range(4)] == [2, 1, 1, 0]
    assert len(made_by(api, name)) == 2


@pytest.mark.parametrize(
    ("alike", "tickers", "made"), [("any", ["NVDA", "AMD", "NVDA"], 1), ("ticker", ["NVDA", "AMD", "NVDA", "NVDA"], 1)]
)
def test_three_failures_set_it_off_once(
    stack: Facade, api: Api, watch: Watch, alike: str, tickers: list[str], made: int
) -> None:
    source = {"kind": "task", "task_type": "reddit_crawl", "times": 3, "within": "1h", "alike": alike}
    name = watch(source, echo("${{ payload.times }} times ${{ payload.task.ticker }}"))
    for ticker in tickers[:-1]:
        fail(stack, api, "reddit_crawl", ticker=ticker)
    look(stack)
    assert made_by(api, name) == []
    fail(stack, api, "reddit_crawl", ticker=tickers[-1])
    look(stack)
    assert [each["params"]["message"] for each in made_by(api, name)] == ["3 times NVDA"] * made
    # The next one is the first again.
    fail(stack, api, "reddit_crawl", ticker="NVDA")
    look(stack)
    assert len(made_by(api, name)) == made


def test_failures_that_lie_too_far_apart_are_not_counted_together(stack: Facade, api: Api, watch: Watch) -> None:
    name = watch({"kind": "task", "task_type": "echo", "times": 2, "within": "10m"}, echo("x"))
    for _ in range(2):
        fail(stack, api)
        look(stack)
        stack.execute("UPDATE trigger_counts SET moments = ARRAY[now() - interval '11 minutes']")
    assert made_by(api, name) == []


def filings(stack: Facade, api: Api, *forms: str, workspace: str = "default") -> StoreReply:
    """A worker stores filings of these forms, the same ones each time."""
    task_id = api.submit("sec_filing_crawl", {"ticker": "HOOK"}, workspace=workspace)
    run_id = as_core.take(stack, task_id, "w", None)
    lease = Lease(worker_id=str(uuid.uuid4()), workflow_id=task_id, run_id=run_id, attempt=1, round=0)
    fields = {
        "ticker": "HOOK", "cik": "0" * 10, "company": "Hook Inc.", "filed_on": "2026-03-01", "primary_document": "d",
        "document_url": "https://s", "text": "x" * 900,
    }  # fmt: skip
    rows = [
        {**fields, "form": form, "accession_number": f"0000000000-26-{place:06}"} for place, form in enumerate(forms)
    ]

    async def act(connection: AsyncConnection) -> StoreReply:
        return await store(connection, uuid.UUID(task_id), lease, RecordKind.SEC_FILINGS, rows)

    return in_database(stack, act)


def test_a_new_filing_begins_a_plan_and_a_known_one_does_not(stack: Facade, api: Api, watch: Watch) -> None:
    steps = [{"id": "sum", "task_type": "echo", "params": {"message": "${{ inputs.company }} ${{ inputs.text }}"}}]
    plan = {"name": "on 8-K", "steps": steps, "inputs": {"company": "Example", "text": ""}}
    inputs = {"company": "${{ payload.record.company }}", "text": "${{ payload.record.text }}"}
    name = watch(
        {"kind": "record", "record": "sec_filings"},
        {"kind": "plan", "plan": plan, "inputs": inputs},
        filter="payload.record.form == '8-K'",
    )
    assert filings(stack, api, "8-K", "10-K").inserted == 2
    assert filings(stack, api, "8-K", "10-K").inserted == 0
    assert look(stack) == 2
    [delivery] = deliveries(api, name)
    [row] = stack.rows("SELECT inputs FROM plans WHERE id = %s", delivery["plan_id"])
    assert row["inputs"] == {"company": "Hook Inc.", "text": "x" * 500}
    payload = api.http.get(f"/triggers/{name}/deliveries/{delivery['id']}").json()["payload"]
    assert (payload["workspace"], "workspace" in payload["record"]) == ("default", False)
    # What a team collects it does not hear of.
    team = make_workspace(api)
    assert filings(stack, api, "8-K", workspace=team).inserted == 1
    assert stack.rows("SELECT * FROM trigger_events") == []
    assert len(deliveries(api, name)) == 1
    # Where nobody watches, nothing is written.
    api.http.post(f"/triggers/{name}/pause", json={})
    assert filings(stack, api, "8-K", "10-K", "8-K").inserted == 1
    assert look(stack) == 0
    stack.execute("DELETE FROM sec_filings WHERE ticker = 'HOOK'")


def test_the_end_of_a_plan(stack: Facade, api: Api, watch: Watch) -> None:
    name = watch({"kind": "plan", "name": "p"}, echo("${{ payload.plan.name }}: ${{ payload.plan.failure.message }}"))
    plan = Planned(stack, api, echo_step("one"))
    plan.advance()
    plan.end("one", fails=True)
    assert look(stack) == 1
    assert [each["params"]["message"] for each in made_by(api, name)] == ["p: Step one failed: It broke."]


@pytest.mark.parametrize("by", ["task", "plan", "follow_up"])
def test_a_chain_ends_and_is_told(stack: Facade, api: Api, watch: Watch, by: str) -> None:
    """Whatever a trigger makes sets it off again: a task, a task of a plan, one that follows."""
    actions: dict[str, dict[str, Any]] = {
        "task": {"kind": "task", "task": {"task_type": "echo", "tags": ["chain"]}},
        "plan": {"kind": "plan", "plan": {"name": "chain", "steps": [echo_step("one", tags=["chain"])]}},
        "follow_up": {
            "kind": "task",
            "task": {"task_type": "mock_content", "follow_ups": [{"task_type": "echo", "tags": ["chain"]}]},
        },
    }
    name = watch(
        {"kind": "task", "task_type": "echo", "statuses": ["succeeded"]},
        actions[by],
        filter="'chain' in payload.task.tags",
    )
    ended(stack, api.submit("echo", {}, tags=["chain"]), TaskStatus.SUCCEEDED)
    for _ in range(MOST_DEPTH + 3):
        look(stack)
        _end_all(stack, name)
    made = [each for each in deliveries(api, name) if each["outcome"] == "made"]
    assert [each["depth"] for each in made] == list(range(MOST_DEPTH, 0, -1))
    shown = api.http.get(f"/triggers/{name}").json()
    said = "Paused by ClawdBot. It ran in a circle: 5 triggers in a row led to it."
    assert (shown["state"], shown["note"]) == ("halted", f"{said} Change what it makes or what it watches.")
    assert shown["deliveries"][0]["outcome"] == "refused"
    [signal] = stack.rows("SELECT title FROM alert_signals WHERE kind = 'trigger_halted' AND key = %s", name)
    assert signal["title"] == f"Trigger {name} was paused"
    assert api.http.post(f"/triggers/{name}/resume").json()["state"] == "active"
    assert stack.rows("SELECT 1 FROM alert_signals WHERE kind = 'trigger_halted' AND key = %s", name) == []


def _end_all(stack: Facade, name: str) -> None:
    """What it made is done, and what follows; of plans also their first step."""
    signed = f"trigger:{name}"
    for row in stack.rows("SELECT id::text FROM plans WHERE created_by = %s AND status = 'running'", signed):
        plan = Planned.__new__(Planned)
        plan._stack, plan.id = stack, row["id"]
        plan.advance()
    for _ in range(2):
        for row in stack.rows("SELECT id::text FROM tasks WHERE created_by = %s AND status = 'pending'", signed):
            ended(stack, row["id"], TaskStatus.SUCCEEDED, result={})


def test_what_is_set_off_too_often_is_paused_and_told(stack: Facade, api: Api, watch: Watch) -> None:
    name = watch({"kind": "task", "task_type": "echo"}, echo("x"), per_minute=2)
    others = watch({"kind": "task", "task_type": "echo"}, echo("y"))
    for _ in range(4):
        fail(stack, api)
    assert look(stack) == 4
    assert [each["outcome"] for each in deliveries(api, name)] == ["refused", "made", "made"]
    shown = api.http.get(f"/triggers/{name}").json()
    assert (shown["state"], shown["note"]) == (
        "halted",
        "Paused by ClawdBot. It was set off more than 2 times a minute.",
    )
    assert len(made_by(api, others)) == 4
    lines = api.http.get("/audit", params={"object": name, "actor": "core"}).json()["entries"]
    assert [each["action"] for each in lines] == ["trigger.pause"]


def test_one_that_cannot_do_its_work_says_why_and_stands_in_nobodys_way(stack: Facade, api: Api, watch: Watch) -> None:
    no_field = watch({"kind": "task", "task_type": "echo"}, echo("${{ payload.task.nonesuch }}"))
    damaged = watch({"kind": "task", "task_type": "echo"}, echo("x"))
    other = '{"kind": "task", "task": {"task_type": "nonesuch"}}'
    stack.execute(
        "UPDATE triggers SET definition = jsonb_set(definition, '{action}', %s) WHERE name = %s", other, damaged
    )
    well = watch({"kind": "task", "task_type": "echo"}, echo("well"))
    fail(stack, api)
    assert look(stack) == 1
    assert [each["outcome"] for each in deliveries(api, well)] == ["made"]
    for name, said in ((no_field, "there is no 'nonesuch'"), (damaged, "nonesuch")):
        [delivery] = deliveries(api, name)
        assert (delivery["outcome"], said in delivery["why"]) == ("failed", True)


def test_what_cannot_be_looked_at_is_left_out_and_all_else_goes_on(stack: Facade, api: Api, watch: Watch) -> None:
    """As deep as JSON may be, and a trigger that an older version has written."""
    deep: Any = {}
    for _ in range(MAX_DEPTH - 1):
        deep = {"a": deep}
    broken = watch({"kind": "task", "statuses": ["failed"]}, echo("x"))
    stack.execute(
        "UPDATE triggers SET definition = jsonb_set(definition, '{source}', %s) WHERE name = %s",
        '{"kind": "nonesuch"}',
        broken,
    )
    well = watch({"kind": "task", "statuses": ["failed", "succeeded"]}, echo("${{ payload.task.id }}"))
    ids = [ended(stack, api.submit("echo", {}), TaskStatus.SUCCEEDED, result=deep), fail(stack, api)]
    ids.append(ended(stack, api.submit("echo", {}), TaskStatus.SUCCEEDED, result={}))
    assert (look(stack), look(stack)) == (3, 0)
    assert sorted(each["params"]["message"] for each in made_by(api, well)) == sorted(ids)
    stack.execute("DELETE FROM triggers WHERE name = %s", broken)


@pytest.mark.parametrize("part", ["source", "action"])
def test_an_event_for_one_that_cannot_be_read_waits_in_its_log(
    stack: Facade, api: Api, watch: Watch, part: str
) -> None:
    watched = {"kind": "task", "task_type": "echo"}
    broken = watch(watched, echo("x"))
    damage = "UPDATE triggers SET definition = jsonb_set(definition, %s, %s) WHERE name = %s"
    stack.execute(damage, f"{{{part}}}", '{"kind": "nonesuch"}', broken)
    failed = fail(stack, api)
    assert look(stack) == 1
    [delivery] = deliveries(api, broken)
    assert (delivery["outcome"], delivery["has_payload"]) == ("failed", True)
    assert delivery["why"].endswith("Write it anew, or delete it.")
    replay = f"/triggers/{broken}/deliveries/{delivery['id']}/replay"
    assert api.http.post(replay).status_code == 409
    anew = {"source": watched, "action": echo("${{ payload.task.id }}")}
    api.http.put(f"/triggers/{broken}", json=anew).raise_for_status()
    assert api.http.post(replay).json()["outcome"] == "made"
    assert [each["params"]["message"] for each in made_by(api, broken)] == [failed]


def test_of_one_that_cannot_be_read_no_more_is_kept_than_a_rate(
    stack: Facade, api: Api, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_events, "_MOST_UNREAD", 1)
    broken = watch({"kind": "task"}, echo("x"))
    unreadable = "UPDATE triggers SET definition = jsonb_set(definition, '{action}', '{}') WHERE name = %s"
    stack.execute(unreadable, broken)
    for _ in range(3):
        fail(stack, api)
    assert look(stack) == 3
    assert 1 <= len(deliveries(api, broken)) < 3
    assert api.http.get("/triggers").json()["unreadable"][0]["name"] == broken


def test_a_result_that_a_person_looks_at_counts_once_it_is_approved(stack: Facade, api: Api, watch: Watch) -> None:
    name = watch(
        {"kind": "task", "statuses": ["succeeded"]}, echo("${{ payload.task.id }}: ${{ payload.task.result.n }}")
    )
    steps = [echo_step(each, needs_review=True, on_failure="continue") for each in ("right", "wrong", "given")]
    plan = Planned(stack, api, *steps, echo_step("after", needs=["right"]))
    plan.advance()
    for place, step in enumerate(("right", "wrong", "given")):
        plan.end(step, {"n": place})
    assert look(stack) == 0
    plan.say("steps/right/approve")
    plan.say("steps/wrong/reject", comment="no")
    plan.say("steps/given/reject", comment="no")
    plan.say("steps/given/result", result={"n": 9})
    plan.end("after", {"n": 3})
    look(stack)
    right, after = (f"{plan.task(step)}: {n}" for step, n in (("right", 0), ("after", 3)))
    assert sorted(task["params"]["message"] for task in made_by(api, name)) == sorted([right, after])
