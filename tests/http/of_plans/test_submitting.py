"""What the API takes for a plan, what it says to one that cannot run, and that such a plan leaves nothing behind."""

import json
import uuid

import pytest

from tests.http.planned import Planned, echo
from tests.support.facade import Api, Facade

GOOD = {"name": "good", "steps": [echo("a"), echo("b", needs=["a"])]}
YAML = """
name: in YAML
inputs: {tickers: [NO, ON]}
steps:
  - id: crawl
    task_type: reddit_crawl
    for_each: ${{ inputs.tickers }}
    params: {ticker: "${{ item }}", limit: 10}
"""


def test_json_and_yaml_are_the_same(stack: Facade, api: Api) -> None:
    reply = api.http.post("/plans", content=YAML, headers={"Content-Type": "application/yaml"})
    assert reply.status_code == 201, reply.text
    detail = api.http.get(f"/plans/{reply.json()['id']}").json()
    assert detail["document"]["inputs"] == {"tickers": ["NO", "ON"]}
    again = api.http.post("/plans", json=detail["document"])
    assert again.status_code == 201, again.text


def test_one_key_makes_one_plan(stack: Facade, api: Api) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first, second = (api.http.post("/plans", json=GOOD, headers=key) for _ in range(2))
    assert first.json() == second.json()
    other = api.http.post("/plans", json={**GOOD, "name": "other"}, headers=key)
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("document", "field", "part"),
    [
        ({"name": "x", "steps": [echo("a"), echo("b", needs=["c"])]}, "steps.b.needs", "there is no step 'c'"),
        ({"name": "x", "steps": [echo("a", needs=["b"]), echo("b", needs=["a"])]}, "steps.a.needs", "circle"),
        ({"name": "x", "steps": [echo("a", parallel="many")]}, "steps.a.parallel", "must be a whole number"),
        ({"name": "x", "steps": [echo("a", need=["b"])]}, "steps.a.need", "did you mean needs?"),
        ({"name": "x", "steps": []}, "steps", "at least 1"),
        ({"name": "x", "stps": []}, "stps", "did you mean steps?"),
        ({"name": "x", "steps": [echo("a", capability="ech")]}, "steps.a.capability", "did you mean echo?"),
        ({"name": "x", "steps": [echo(f"s{n}") for n in range(10_001)]}, "steps", "10000 are the most"),
    ],
)
def test_a_plan_that_cannot_run_is_refused_and_leaves_nothing(
    stack: Facade, api: Api, document: dict[str, object], field: str, part: str
) -> None:
    before = stack.rows("SELECT count(*) AS n FROM plans")
    for path in ("/plans", "/plans/validate"):
        reply = api.http.post(path, json=document)
        assert reply.status_code == 422, reply.text
        problem = reply.json()
        assert any(each["field"] == field and part in each["message"] for each in problem["errors"]), problem["errors"][
            :3
        ]
    assert stack.rows("SELECT count(*) AS n FROM plans") == before


def test_a_body_that_says_no_plan_is_a_sentence(api: Api) -> None:
    for body in (b"\xff", b"- 1", b"a: *b", b'{"name": ', b"", b"[" * 10_000):
        reply = api.http.post("/plans", content=body)
        assert reply.status_code == 422, (body[:10], reply.text)
        assert len(reply.json()["detail"]) > 20


def test_validate_says_what_it_comes_to(api: Api) -> None:
    steps = [echo("a", for_each=[1, 2, 3]), echo("b", each_of="a"), echo("c", needs=["b"], for_each="steps.b.results")]
    document = {"name": "x", "steps": steps}
    reply = api.http.post("/plans/validate", json=document)
    assert reply.json() == {"name": "x", "steps": 3, "tasks": 6, "open_lists": 1, "document": document}


def test_the_schema_is_served(api: Api) -> None:
    schema = api.http.get("/plans/schema").json()
    assert set(schema["required"]) == {"name", "steps"}


def test_lists_are_leafed_through(stack: Facade, api: Api) -> None:
    made = [Planned(stack, api, echo("a")).id for _ in range(3)]
    first = api.http.get("/plans", params={"limit": 2}).json()
    second = api.http.get("/plans", params={"limit": 1, "after": first["next"]}).json()
    assert [each["id"] for each in [*first["plans"], *second["plans"]]] == made[::-1]
    assert api.http.get("/plans", params={"after": "nonsense"}).status_code == 422
    assert api.http.get(f"/plans/{uuid.uuid4()}").json()["detail"].startswith("There is no such plan")
    steps = api.http.get(f"/plans/{made[0]}/steps", params={"limit": 1}).json()
    assert ([step["id"] for step in steps["steps"]], steps["next"]) == (["a"], None)


def test_what_it_costs_and_when_it_ends_is_estimated(stack: Facade, api: Api) -> None:
    plan = Planned(stack, api, echo("a"), echo("b", needs=["a"]), echo("c"))
    plan.advance()
    cost = {"cost": {"usd": 0.25, "input_tokens": 10, "output_tokens": 5}}
    plan.end("a", cost)
    detail = plan.detail
    assert (detail["cost_usd"], detail["tokens"]) == (0.25, 15)
    assert detail["critical_path"] == ["b"]
    assert json.dumps(detail["expected_end"])
