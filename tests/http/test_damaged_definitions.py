"""One definition that this version cannot read hides no other: it is named beside them, and can be written anew."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from tests.http.planned import Planned, echo
from tests.http.schedules.made import ECHO as BY_THE_CLOCK
from tests.http.schedules.made import fired, runs
from tests.http.terminal import Terminal, terminal
from tests.http.triggers.made import ECHO, deliveries, hook
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

Body = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """Where they are written, listed and stored."""

    path: str
    key: str
    table: str
    column: str
    body: Body

    def names(self, api: Api) -> list[str]:
        return [each.get("rule", each)["name"] for each in self.listed(api)[self.key]]

    def listed(self, api: Api) -> Body:
        reply = api.http.get(self.path)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def damage(self, stack: Facade, name: str, damage: str) -> None:
        table, column = Identifier(self.table), Identifier(self.column)
        stack.execute(SQL("UPDATE {} SET {} = %s WHERE name = %s").format(table, column), damage, name)

    def write(self, api: Api, name: str) -> None:
        reply = api.http.put(f"{self.path}/{name}", json=self.body)
        if reply.status_code == 404:
            reply = api.http.post(self.path, json={**self.body, "name": name})
        assert reply.is_success, reply.text


KINDS = [
    Kind("/triggers", "triggers", "triggers", "definition", {"source": {"kind": "hook"}, "action": ECHO}),
    Kind("/schedules", "schedules", "schedules", "definition", {"timing": {"every": "1h"}, "action": BY_THE_CLOCK}),
    Kind("/templates", "templates", "task_templates", "fields", {"task": {"task_type": "echo"}}),
    Kind("/alerts/rules", "rules", "alert_rules", "body", {"kind": "task_failed"}),
]
DAMAGES = [
    '["no", "object"]',
    '{"kind": "unheard of", "source": {"kind": "unheard of"}, "timing": {"every": "never"}}',
    # Deeper than Python reads: it took the whole list with it.
    '{"kind":' * 3_000 + "1" + "}" * 3_000,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=["list", "unheard of", "deep"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.key)
def test_one_that_cannot_be_read_hides_no_other(stack: Facade, api: Api, kind: Kind, damage: str) -> None:
    broken, well = (f"d{uuid.uuid4().hex[:12]}" for _ in range(2))
    for name in (broken, well):
        kind.write(api, name)
    kind.damage(stack, broken, damage)
    listed = kind.listed(api)
    assert well in kind.names(api)
    [told] = [each for each in listed["unreadable"] if each["name"] == broken]
    assert "Write it anew, or delete it." in told["why"]
    alone = api.http.get(f"{kind.path}/{broken}")
    assert (alone.status_code, alone.json()["detail"]) == (409, told["why"])
    # Both ways out of it are open.
    kind.write(api, broken)
    assert broken in kind.names(api)
    kind.damage(stack, broken, damage)
    assert [api.http.delete(f"{kind.path}/{name}").status_code for name in (broken, well)] == [204, 204]


@pytest.fixture
def broken_schedule(stack: Facade, api: Api) -> Iterator[Body]:
    name = f"d{uuid.uuid4().hex[:12]}"
    made = api.http.post("/schedules", json={"name": name, **KINDS[1].body}).json()
    stack.execute("UPDATE schedules SET definition = %s WHERE name = %s", DAMAGES[1], name)
    yield made
    api.http.delete(f"/schedules/{name}")


def test_a_run_of_a_schedule_that_cannot_be_read_is_missed_until_it_is_mended_and_made_up_for(
    stack: Facade, api: Api, broken_schedule: Body
) -> None:
    id_, due = broken_schedule["id"], "2026-03-01T07:00"
    assert "Write it anew, or delete it." in fired(stack, id_, due).said
    assert runs(api, id_) == [("07:00", "missed", 0)]
    api.http.put(f"/schedules/{id_}", json=KINDS[1].body).raise_for_status()
    assert fired(stack, id_, due, backfill=True).tasks == 1
    assert runs(api, id_) == [("07:00", "running", 1)]


def test_a_paused_one_that_cannot_be_read_is_skipped(stack: Facade, api: Api, broken_schedule: Body) -> None:
    """As any other: people wanted no run."""
    id_ = broken_schedule["id"]
    pause = "INSERT INTO schedule_commands (schedule_id, verb, content) VALUES (%s, 'pause', '{}')"
    stack.execute(pause, id_)
    stack.execute("UPDATE schedules SET paused = true WHERE id = %s", id_)
    fired(stack, id_, "2026-03-01T07:00")
    assert runs(api, id_) == [("07:00", "skipped", 0)]


def test_a_file_of_schedules_is_applied_beside_one_that_cannot_be_read_and_mends_it(
    api: Api, broken_schedule: Body
) -> None:
    name = broken_schedule["name"]
    other = api.http.post("/schedules/apply", json={"schedules": {}}).json()
    assert name in other["left"]
    applied = api.http.post("/schedules/apply", json={"schedules": {name: KINDS[1].body}}).json()
    assert [(each["name"], each["change"]) for each in applied["changes"]] == [(name, "change")]
    assert api.http.get(f"/schedules/{name}").json()["definition"]["timing"]["every"] == 3_600


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda each: each.key)
def test_a_file_never_prunes_one_that_cannot_be_read(
    stack: Facade, api: Api, kind: Kind, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No export had it: whoever applies that one would lose it, and a hook its address and secret."""
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    broken, well = (f"d{uuid.uuid4().hex[:12]}" for _ in range(2))
    for name in (broken, well):
        kind.write(api, name)
    kind.damage(stack, broken, DAMAGES[1])
    file = tmp_path / "none.yaml"
    file.write_text(f"{kind.key}: {{}}\n")
    for prune in ((), ("--prune",)):
        code, said = terminal(kind.key, "apply", str(file), "--yes", *prune)
        assert code == 0
        [line] = [each for each in said.splitlines() if broken in each]
        assert line.startswith("Not in the file, and kept, as it cannot be read: ")
    listed = kind.listed(api)
    # Those of other workspaces stay, too.
    assert well not in kind.names(api)
    assert broken in [each["name"] for each in listed["unreadable"]]
    # By its name it goes.
    assert api.http.delete(f"{kind.path}/{broken}").status_code == 204


@pytest.mark.parametrize("damage", ["[]", '{"source": {"kind": "hook"}, "action": {"kind": "unheard of"}}'])
def test_a_hook_that_cannot_be_read_asks_its_sender_to_come_again(stack: Facade, api: Api, damage: str) -> None:
    sender = hook(stack, "standard")
    name = sender.trigger["name"]
    if damage != "[]":
        damage = damage.replace('"hook"', '"hook", "signature": "standard"')
    stack.execute("UPDATE triggers SET definition = %s WHERE name = %s", damage, name)
    said = sender.send({"text": "hello"})
    assert (said.status_code, said.json()["detail"]) == (
        503,
        "This hook cannot be used right now. Send the delivery again later.",
    )
    assert [each["outcome"] for each in deliveries(api, name)] == ["refused"]
    assert api.http.delete(f"/triggers/{name}").status_code == 204


def test_a_plan_is_shown_without_what_is_damaged_of_it(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", for_each=[1, 2]), echo("c"))
    plan.advance()
    stack.execute("UPDATE plans SET failure = '[1]' WHERE id = %s", plan.id)
    stack.execute("UPDATE plan_steps SET definition = '[1]' WHERE plan_id = %s AND step = 'a'", plan.id)
    stack.execute("UPDATE plan_parts SET entry = '[1]', error = '7', result = '7' WHERE plan_id = %s", plan.id)
    listed = api.http.get("/plans").json()["plans"]
    [shown] = [each for each in listed if each["id"] == plan.id]
    assert shown["failure"]["type"] == "Unreadable"
    steps = {each["id"]: each for each in plan.detail["first_steps"]}
    assert (steps["a"]["task_type"], steps["a"]["error"]["type"]) == ("unknown", "Unreadable")
    assert (steps["c"]["task_type"], steps["c"]["status"]) == ("echo", "running")
    parts = api.http.get(f"/plans/{plan.id}/steps/b/parts").json()["parts"]
    assert [(each["result"], each["error"]["type"]) for each in parts] == [(None, "Unreadable")] * 2
    stack.execute("UPDATE plans SET failure = NULL, status = 'cancelled' WHERE id = %s", plan.id)
