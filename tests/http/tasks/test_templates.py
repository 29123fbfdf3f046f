"""Templates of tasks: saved from params or an old task, in versions, and run; by the API and at a terminal."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

CRAWL = {"ticker": "NVDA", "limit": 50, "date_range": {"last_days": 3}}
FIELDS = {"ticker": {"required": True, "description": "Whose posts"}, "days": {"param": "date_range.last_days"}}


@pytest.fixture
def name() -> str:
    return f"morning-{uuid.uuid4().hex[:8]}"


def save(api: Api, name: str, **body: Any) -> dict[str, Any]:
    reply = api.http.put(f"/templates/{name}", json=body)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def run(api: Api, name: str, **body: Any) -> dict[str, Any]:
    reply = api.http.post(f"/templates/{name}/run", json=body)
    assert reply.status_code == 201, reply.text
    return api.task(reply.json()["id"])


def test_it_is_run_with_other_fields_each_time(api: Api, name: str) -> None:
    params = {key: value for key, value in CRAWL.items() if key != "ticker"}
    task = {"task_type": "reddit_crawl", "params": params, "tags": [name], "priority": "high"}
    saved = save(api, name, task=task, fields=FIELDS, description="each morning")
    assert (saved["version"], saved["description"]) == (1, "each morning")
    first = run(api, name, fields={"ticker": "AMD"})
    assert (first["ticker"], first["params"]["date_range"], first["priority_label"]) == (
        "AMD",
        {"last_days": 3},
        "high",
    )
    second = run(api, name, fields={"ticker": "NVDA", "days": 9}, priority="low")
    assert (second["params"]["date_range"], second["params"]["limit"]) == ({"last_days": 9}, 50)
    assert (second["tags"], second["priority_label"]) == ([name], "low")
    # The template itself stays as it was saved.
    assert api.http.get(f"/templates/{name}").json()["task"]["params"]["date_range"] == {"last_days": 3}
    audited = api.http.get("/audit", params={"object": name}).json()["entries"]
    assert [entry["action"] for entry in audited] == ["template.save"]


def test_any_old_task_becomes_a_template(api: Api, name: str) -> None:
    follow_ups = [{"task_type": "ai_sentiment", "params": {"source": "reddit"}, "when": "ended"}]
    old = api.submit("reddit_crawl", CRAWL, tags=["old"], follow_ups=follow_ups, needs_approval=True, priority="low")
    api.command(old, "cancel")
    save(api, name, from_task=old, fields={"ticker": {}})
    made = run(api, name, fields={"ticker": "AMD"})
    was = api.task(old)
    for same in ("task_type", "tags", "priority", "retry", "timeouts", "follow_ups"):
        assert made[same] == was[same]
    assert (made["params"], made["status"]) == ({**was["params"], "ticker": "AMD"}, "awaiting_approval")


def test_versions_stay(api: Api, name: str) -> None:
    for message in ("one", "two"):
        save(api, name, task={"task_type": "echo", "params": {"message": message}})
    assert run(api, name)["params"] == {"message": "two"}
    assert run(api, name, version=1)["params"] == {"message": "one"}
    assert api.http.post(f"/templates/{name}/run", json={"version": 10**12}).status_code == 422
    listed = {each["name"]: each["version"] for each in api.http.get("/templates").json()["templates"]}
    assert listed[name] == 2
    assert api.http.delete(f"/templates/{name}").status_code == 204
    assert api.http.get(f"/templates/{name}", params={"version": 1}).status_code == 404


def test_the_same_key_runs_it_once(api: Api, stack: Facade, name: str) -> None:
    save(api, name, task={"task_type": "echo", "tags": [name]})
    headers = {"Idempotency-Key": name}
    ids = {api.http.post(f"/templates/{name}/run", headers=headers).json()["id"] for _ in range(3)}
    assert len(ids) == 1
    assert api.http.get("/tasks", params={"tag": name}).json()["total"] == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "fields.ticker: is missing: Whose posts"),
        ({"ticker": "AMD", "tage": 3}, "fields.tage: there is no field tage; there are days, ticker"),
        ({"ticker": "AMD", "days": "soon"}, "date_range"),
    ],
)
def test_what_a_run_refuses(api: Api, name: str, fields: dict[str, Any], told: str) -> None:
    save(api, name, task={"task_type": "reddit_crawl", "params": CRAWL}, fields=FIELDS)
    reply = api.http.post(f"/templates/{name}/run", json={"fields": fields})
    assert reply.status_code == 422
    assert told in reply.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"task": {"task_type": "echo"}, "from_task": str(uuid.uuid4())},
        {"task": {"task_type": "echo", "run_at": "2030-01-01T00:00:00Z"}},
        {"task": {"task_type": "reddit_crawl", "params": {"limit": 5}}},
        {"task": {"task_type": "reddit_crawl", "params": {"limit": "x"}}, "fields": FIELDS},
        {"task": {"task_type": "nonesuch"}},
        {"task": {"task_type": "echo"}, "fields": {"Not A Name": {}}},
        {"task": {"task_type": "echo"}, "kind": "clawdbot.template/2"},
    ],
)
def test_what_is_not_saved(api: Api, name: str, body: dict[str, Any]) -> None:
    assert api.http.put(f"/templates/{name}", json=body).status_code == 422
    assert api.http.get(f"/templates/{name}").status_code == 404


@pytest.fixture
def at_home(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


def test_at_a_terminal(at_home: Terminal, api: Api, name: str, tmp_path: Path) -> None:
    old = api.submit("reddit_crawl", CRAWL)
    days = "days=date_range.last_days"
    saved = at_home("templates", "save", name, "--task", old, "--required", "ticker", "--field", days)
    assert saved == (0, f"{name}  saved as version 1\n")
    assert name in at_home("templates", "list")[1]
    shown = at_home("templates", "show", name)[1]
    assert "must be given" in shown
    assert "else 3" in shown
    code, said = at_home("templates", "run", name, "ticker=AMD", "days=9")
    task = api.task(said.split()[0])
    assert (code, task["ticker"], task["params"]["date_range"]) == (0, "AMD", {"last_days": 9})
    assert "fields.ticker: is missing" in at_home("templates", "run", name)[1]
    file = tmp_path / "morning.json"
    file.write_text(at_home("templates", "export", name)[1])
    assert at_home("templates", "import", f"{name}-copy", str(file))[1] == f"{name}-copy  saved as version 1\n"
    copy, first = (api.http.get(f"/templates/{each}").json() for each in (f"{name}-copy", name))
    assert [copy[each] for each in ("task", "fields")] == [first[each] for each in ("task", "fields")]
    assert at_home("templates", "delete", name)[0] == 0
    assert at_home("templates", "show", name)[0] == 5


def test_an_old_task_again_with_other_params(at_home: Terminal, api: Api) -> None:
    old = api.submit("reddit_crawl", CRAWL, tags=["again"], priority="low")
    code, said = at_home("tasks", "rerun", old[:13], "limit=7", "date_range.last_days=1")
    made, was = api.task(said.split()[0]), api.task(old)
    assert code == 0
    assert made["id"] != old
    assert made["params"] == {**was["params"], "limit": 7, "date_range": {"last_days": 1}}
    assert (made["tags"], made["priority"]) == (["again"], was["priority"])
