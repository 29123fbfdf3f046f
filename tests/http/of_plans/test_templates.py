"""Templates of plans, and old plans once more: by the API and at a terminal."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.http.planned import Planned, echo
from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

CRAWL = {"id": "crawl", "task_type": "reddit_crawl", "for_each": "inputs.tickers", "params": {"ticker": "${{ item }}"}}
PLAN: dict[str, Any] = {"name": "morning", "inputs": {"tickers": ["NVDA"], "note": None}, "steps": [CRAWL]}
FIELDS = {"tickers": {"required": True, "description": "Whose posts"}, "limit": {"param": "steps.crawl.params.limit"}}


@pytest.fixture
def name() -> str:
    return f"morning-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def at_home(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


def document(api: Api, id_: str) -> dict[str, Any]:
    return dict(api.http.get(f"/plans/{id_}").json()["document"])


def test_it_is_run_with_other_fields_each_time(api: Api, name: str) -> None:
    assert api.http.put(f"/templates/{name}", json={"plan": PLAN, "fields": FIELDS}).status_code == 200
    headers = {"Idempotency-Key": name}
    body = {"fields": {"tickers": ["AMD", "GME"], "limit": 7}, "priority": "high"}
    runs = [api.http.post(f"/templates/{name}/run", json=body, headers=headers) for _ in range(2)]
    assert [each.status_code for each in runs] == [201, 201], runs[0].text
    assert runs[0].json()["id"] == runs[1].json()["id"]
    made = document(api, runs[0].json()["id"])
    assert made["inputs"] == {"tickers": ["AMD", "GME"], "note": None}
    assert (made["steps"][0]["params"], made["priority"]) == ({"ticker": "${{ item }}", "limit": 7}, 30)
    # The template itself stays as it was saved, and a next version leaves it so.
    assert api.http.get(f"/templates/{name}").json()["plan"]["inputs"] == PLAN["inputs"]
    other = {"plan": {**PLAN, "name": "evening"}}
    assert api.http.put(f"/templates/{name}", json=other).json()["version"] == 2
    names = [
        document(api, api.http.post(f"/templates/{name}/run", json={**given, "fields": {}}).json()["id"])["name"]
        for given in ({}, {"version": 2})
    ]
    assert names == ["evening"] * 2


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "fields.tickers: is missing: Whose posts"),
        ({"tickers": ["AMD"], "depth": 3}, "there is no field depth; there are limit, tickers"),
        ({"tickers": "AMD"}, "steps.crawl.for_each"),
        ({"tickers": ["AMD"], "limit": "x"}, "steps.crawl.params.limit"),
    ],
)
def test_what_a_run_refuses(api: Api, stack: Facade, name: str, fields: dict[str, Any], told: str) -> None:
    api.http.put(f"/templates/{name}", json={"plan": PLAN, "fields": FIELDS}).raise_for_status()
    reply = api.http.post(f"/templates/{name}/run", json={"fields": fields})
    assert (reply.status_code, told in reply.text) == (422, True), reply.text
    later = {"fields": {"tickers": ["AMD"]}, "run_at": "2031-01-01T00:00:00Z"}
    assert "for tasks only" in api.http.post(f"/templates/{name}/run", json=later).text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"plan": PLAN, "task": {"task_type": "echo"}}, "exactly one"),
        ({"plan": {**PLAN, "steps": [{**CRAWL, "needs": ["x"]}]}}, "steps.crawl.needs"),
        ({"plan": PLAN, "fields": {"depth": {}}}, "has no input depth; there are tickers, note"),
        ({"plan": PLAN, "fields": {"n": {"param": "steps.clawl.params.limit"}}}, "no step clawl; there are crawl"),
        ({"from_plan": str(uuid.uuid4())}, "no such plan"),
    ],
)
def test_what_is_not_saved(api: Api, name: str, body: dict[str, Any], told: str) -> None:
    reply = api.http.put(f"/templates/{name}", json=body)
    assert (reply.status_code in (404, 422), told in reply.text) == (True, True), reply.text
    assert api.http.get(f"/templates/{name}").status_code == 404


def test_any_old_plan_becomes_one_at_a_terminal(
    at_home: Terminal, stack: Facade, api: Api, name: str, tmp_path: Path
) -> None:
    old = Planned(stack, api, echo("a", params={"message": "${{ inputs.what }}"}), inputs={"what": "1e3"})
    api.http.post(f"/plans/{old.id}/cancel").raise_for_status()
    saved = at_home("templates", "save", name, "--plan", old.id, "--field", "what")
    assert saved == (0, f"{name}  saved as version 1\n")
    assert "plan " in at_home("templates", "list")[1]
    assert "else 1e3" in at_home("templates", "show", name)[1]
    code, said = at_home("templates", "run", name, "what=hello")
    assert (code, document(api, said.split()[0])["inputs"]) == (0, {"what": "hello"})
    file = tmp_path / "morning.json"
    file.write_text(at_home("templates", "export", name)[1])
    assert json.loads(file.read_text())["plan"]["steps"] == document(api, old.id)["steps"]
    assert at_home("templates", "import", f"{name}-copy", str(file))[1] == f"{name}-copy  saved as version 1\n"
    copy, first = (api.http.get(f"/templates/{each}").json() for each in (f"{name}-copy", name))
    assert [copy[each] for each in ("plan", "fields")] == [first[each] for each in ("plan", "fields")]
    # From a file, and from nothing.
    file.write_text(json.dumps(PLAN))
    assert at_home("templates", "save", name, "--file", str(file))[1] == f"{name}  saved as version 2\n"
    assert at_home("templates", "save", name)[0] == 2


def test_an_old_plan_once_more_as_it_was_or_edited(at_home: Terminal, stack: Facade, api: Api, tmp_path: Path) -> None:
    old = Planned(stack, api, echo("a", params={"message": "${{ inputs.what }}"}), inputs={"what": "1e3"})
    code, said = at_home("plans", "rerun", old.id[:13], "--input", "what=NO")
    made = document(api, said.split()[0])
    assert (code, made["inputs"], made["steps"]) == (0, {"what": "NO"}, document(api, old.id)["steps"])
    file = tmp_path / "plan.yaml"
    code, text = at_home("plans", "export", old.id)
    file.write_text(text.replace("inputs.what", "inputs.what + '!'"))
    code, said = at_home("plans", "add", str(file))
    edited = document(api, said.split()[0])
    assert (code, edited["inputs"]) == (0, {"what": "1e3"})
    assert edited["steps"][0]["params"] == {"message": "${{ inputs.what + '!' }}"}
