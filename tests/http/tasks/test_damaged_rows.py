"""A task whose stored JSON cannot be read is shown without it, and takes nothing from the others."""

import json
import uuid
from typing import Any

import pytest

from tests.support.facade import Api, Facade

TYPE = "web_monitor"
PARAMS = {"url": "https://example.com/damaged"}
_DAMAGE = """
UPDATE tasks SET status = n.status, next_attempt_at = now() + interval '1 hour', retry = n.retry, timeouts = n.timeouts,
    params = n.params, approval = n.approval, progress = n.progress, result = n.result, error = n.error,
    follow_ups = n.follow_ups
FROM (SELECT (jsonb_populate_record(t, %s::jsonb)).* FROM tasks t) n WHERE tasks.id = n.id AND n.id = %s
"""


@pytest.mark.parametrize(
    ("status", "column", "damage"),
    [
        ("pending", "retry", {"max_attempts": "many"}),
        ("failed", "retry", ["none"]),
        ("running", "timeouts", {"attempt_seconds": -1}),
        ("pending", "params", ["no", "object"]),
        ("awaiting_approval", "approval", {"seconds": "long"}),
        ("running", "progress", "half"),
        ("succeeded", "result", 7),
        ("failed", "error", ["odd"]),
        ("pending", "follow_ups", {"when": "never"}),
        ("pending", "follow_ups", [{}]),
    ],
)
def test_a_damaged_task_is_shown_without_what_is_damaged(
    api: Api, stack: Facade, status: str, column: str, damage: Any
) -> None:
    tag = f"damaged-{uuid.uuid4().hex[:12]}"
    id_, other = api.submit_many(2, TYPE, PARAMS, tags=[tag])
    stack.execute(_DAMAGE, json.dumps({"status": status, column: damage}), id_)
    listed = {each["id"]: each for each in _asked(api, "", tag=tag)["tasks"]}
    shown = _asked(api, f"/{id_}")
    cards = [card for each in _asked(api, "/board", tag=tag)["columns"] for card in each["tasks"]]
    assert (listed[other]["unreadable"], listed[other]["params"]["url"]) == ([], PARAMS["url"])
    assert shown["unreadable"] == [column]
    assert {card["id"] for card in cards} == {id_, other}
    for each in (shown, listed[id_]):
        assert each["max_attempts"] >= 1
        assert each.get(column) in ([], {}, None) or column in {"retry", "timeouts"}


def _asked(api: Api, path: str, **query: Any) -> dict[str, Any]:
    reply = api.http.get(f"/tasks{path}", params=query)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())
