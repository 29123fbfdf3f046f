"""A plan that takes long to check: others are answered meanwhile, whichever way it comes."""

import json
import time
import uuid
from typing import Any

import pytest

from tests.http.tasks.test_large_batch import asking_all_the_time
from tests.support.facade import Api, Facade

_TICKERS = 300
_STEPS = [
    {
        "id": f"s{n}",
        "task_type": "reddit_crawl",
        "params": {"ticker": "${{ item }}", "limit": "${{ 1 + size(item) }}"},
        **({"each_of": "s0", "needs": ["s0"]} if n else {"for_each": "${{ inputs.tickers }}"}),
    }
    for n in range(8)
]
_PLAN = {"name": "many", "inputs": {"tickers": [f"T{chr(65 + n % 26)}" for n in range(_TICKERS)]}, "steps": _STEPS}
_SCHEDULE = {"timing": {"every": "1h"}, "action": {"kind": "plan", "plan": _PLAN}}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/schedules", {"name": "{name}", **_SCHEDULE}),
        ("POST", "/schedules/apply", {"schedules": {"{name}": _SCHEDULE}, "dry_run": True}),
        ("PUT", "/templates/{name}", {"plan": _PLAN}),
    ],
)
def test_others_are_answered_meanwhile(stack: Facade, api: Api, method: str, path: str, body: dict[str, Any]) -> None:
    name = f"large-{uuid.uuid4().hex[:8]}"
    wanted = json.loads(json.dumps(body).replace("{name}", name))
    with asking_all_the_time(stack) as waited:
        began = time.process_time()
        reply = api.http.request(method, path.replace("{name}", name), json=wanted, timeout=60)
        took = time.process_time() - began
    assert reply.status_code in (200, 201), reply.text
    assert max(waited) < took / 2
