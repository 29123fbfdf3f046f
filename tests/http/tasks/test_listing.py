"""Finding tasks: every filter, sorting, paging."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.tasks.statuses import TaskStatus
from tests.http.as_core import end, take
from tests.support.facade import Api, Facade, Task


@dataclass(frozen=True)
class Corpus:
    """Tasks that only these tests know, by a name each, under one tag."""

    tag: str
    ids: dict[str, str]
    worker: str
    worker_id: str
    between: str

    def names(self, tasks: list[Task]) -> list[str]:
        by_id = {id_: name for name, id_ in self.ids.items()}
        return [by_id[task["id"]] for task in tasks if task["id"] in by_id]


@pytest.fixture(scope="module")
def corpus(stack: Facade) -> Corpus:
    stack.wait_until_ready()
    api, tag = stack.api, f"corpus-{uuid.uuid4().hex[:12]}"
    waits = "twitter_crawl"
    ids: dict[str, str] = {}
    worker, worker_id, _ = stack.register(["echo"])
    ids["done"] = api.submit("echo", {"message": f"Zwölf{tag[-4:]} Boxkämpfer"}, tags=[tag, "rare-tag"])
    end(stack, ids["done"], take(stack, ids["done"], worker, worker_id), TaskStatus.SUCCEEDED)
    between = datetime.now(UTC).isoformat()
    ids["urgent"] = api.submit(waits, {"ticker": "LISTA"}, tags=[tag], priority="critical")
    ids["lazy"] = api.submit(waits, {"ticker": "LISTB"}, tags=[tag], priority=99, notes=f"quux{tag[-4:]} words")
    ids["later"] = api.submit("delay", tags=[tag], run_at="2031-01-01T00:00:00Z")
    ids["child"] = api.submit("web_monitor", {"url": "https://a.example"}, tags=[tag], parent_task_id=ids["done"])
    ids["ended"] = api.submit(waits, {"ticker": "LISTA"}, tags=[tag, "rare-tag"])
    api.command(ids["ended"], "cancel")
    api.wait_for(ids["ended"], "cancelled")
    return Corpus(tag, ids, worker, worker_id, between)


def listed(api: Api, corpus: Corpus, **query: Any) -> list[str]:
    """Names of the corpus's tasks that match, newest first."""
    reply = api.http.get("/tasks", params={"tag": corpus.tag, "limit": 200, **query})
    assert reply.status_code == 200, reply.text
    page = reply.json()
    assert page["total"] == len(page["tasks"])
    return corpus.names(page["tasks"])


ALL = ["ended", "child", "later", "lazy", "urgent", "done"]
FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ALL),
    ({"status": "scheduled"}, ["later"]),
    ({"status": ["succeeded", "cancelled"]}, ["ended", "done"]),
    ({"status": "rejected"}, []),
    ({"task_type": "twitter_crawl"}, ["ended", "lazy", "urgent"]),
    ({"task_type": "no_such_type"}, []),
    ({"ticker": "LISTA"}, ["ended", "urgent"]),
    ({"ticker": "$lista"}, ["ended", "urgent"]),
    ({"ticker": "LISTA", "status": "cancelled"}, ["ended"]),
    ({"worker": "WORKER"}, ["done"]),
    ({"worker": "WORKER-ID"}, ["done"]),
    ({"worker": "nobody"}, []),
    ({"created_by": "human:admin"}, ALL),
    ({"created_by": "human:nobody"}, []),
    ({"created_after": "BETWEEN"}, ALL[:-1]),
    ({"created_before": "BETWEEN"}, ["done"]),
    ({"created_after": "2031-01-01T00:00:00Z"}, []),
    ({"parent": "DONE"}, ["child"]),
    ({"text": "zwölfTAIL"}, ["done"]),
    ({"text": "ZWÖLFTAIL boxk"}, ["done"]),
    ({"text": "boxk ZWÖLFTAIL"}, []),
    ({"text": "zwölfTAIL nonsense"}, []),
    ({"text": "quuxTAIL"}, ["lazy"]),
    ({"text": "listb"}, ["lazy"]),
    ({"text": "'; DROP TABLE tasks; -- &|!:*()"}, []),
    ({"id_prefix": "DONE-PREFIX"}, ["done"]),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filter(api: Api, corpus: Corpus, query: dict[str, Any], expected: list[str]) -> None:
    known = {
        "WORKER": corpus.worker,
        "WORKER-ID": corpus.worker_id,
        "BETWEEN": corpus.between,
        "DONE": corpus.ids["done"],
        "DONE-PREFIX": corpus.ids["done"][:10],
    }
    filled = {
        name: known.get(value, value.replace("TAIL", corpus.tag[-4:])) if isinstance(value, str) else value
        for name, value in query.items()
    }
    assert listed(api, corpus, **filled) == expected


def test_the_tag_filter_itself(api: Api, corpus: Corpus) -> None:
    reply = api.http.get("/tasks", params={"tag": "rare-tag", "limit": 200}).json()
    assert {"ended", "done"} == set(corpus.names(reply["tasks"]))
    assert all("rare-tag" in task["tags"] for task in reply["tasks"])


@pytest.mark.parametrize("length", [4, 8, 9, 13, 36])
def test_the_first_characters_of_an_id(api: Api, corpus: Corpus, length: int) -> None:
    id_ = corpus.ids["lazy"]
    for prefix in (id_[:length], id_[:length].upper()):
        found = api.http.get("/tasks", params={"id_prefix": prefix, "limit": 200}).json()["tasks"]
        assert id_ in [task["id"] for task in found]
        assert all(task["id"].startswith(id_[:length]) for task in found)


def test_rows_are_asked_for_anew_by_their_ids(api: Api, corpus: Corpus) -> None:
    """As a page does with those on show; one that is gone is not in the answer."""
    wanted = [corpus.ids["urgent"], str(uuid.uuid4()), corpus.ids["done"]]
    found = api.http.get("/tasks", params={"id": wanted}).json()
    assert sorted(corpus.names(found["tasks"])) == ["done", "urgent"]
    assert found["total"] == 2
    assert api.http.get("/tasks", params={"id": [str(uuid.uuid4())] * 101}).status_code == 422


def test_sorting(api: Api, corpus: Corpus) -> None:
    assert listed(api, corpus, sort="created_at") == ALL[::-1]
    by_priority = listed(api, corpus, sort="priority")
    assert (by_priority[0], by_priority[-1]) == ("urgent", "lazy")
    assert listed(api, corpus, sort="-priority") == by_priority[::-1]
    assert listed(api, corpus, sort="type")[0] == "later"
    assert listed(api, corpus, sort="status")[0] == "ended"
    # What has not ended has no place in an order of endings: it comes last, either way.
    assert listed(api, corpus, sort="completed_at")[:2] == ["done", "ended"]
    assert listed(api, corpus, sort="-completed_at")[:2] == ["ended", "done"]


def test_paging_shows_everything_once(api: Api, corpus: Corpus) -> None:
    seen: list[str] = []
    for page in (1, 2, 3):
        reply = api.http.get("/tasks", params={"tag": corpus.tag, "limit": 2, "page": page}).json()
        assert (reply["total"], reply["pages"], reply["page"], reply["total_capped"]) == (6, 3, page, False)
        seen += corpus.names(reply["tasks"])
    assert seen == ALL
    beyond = api.http.get("/tasks", params={"tag": corpus.tag, "limit": 2, "page": 4}).json()
    assert (beyond["tasks"], beyond["total"]) == ([], 6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "done"),
        ("sort", "words"),
        ("sort", "created_at; DROP TABLE tasks"),
        ("page", "0"),
        ("page", "1001"),
        ("page", "one"),
        ("limit", "0"),
        ("limit", "201"),
        ("created_after", "2026-01-01T00:00:00"),
        ("created_after", "0001-01-01T00:00:00+14:00"),
        ("created_before", "yesterday"),
        ("id_prefix", "abc"),
        ("id_prefix", "zzzz"),
        ("id_prefix", "----"),
        ("parent", "7"),
        ("text", "x" * 501),
        ("tag", "a\x00b"),
        ("ticker", "\x00"),
        ("worker", "\x00"),
        ("created_by", "\x00"),
        ("task_type", "\x00"),
        ("colour", "red"),
    ],
)
def test_a_bad_query_names_the_parameter(api: Api, field: str, value: str) -> None:
    reply = api.http.get("/tasks", params={field: value})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert [error["field"].split(".")[:2] for error in reply.json()["errors"]] == [["query", field]]


def test_the_events_of_one_task(api: Api, corpus: Corpus) -> None:
    path = f"/tasks/{corpus.ids['ended']}/events"
    events = api.http.get(path).json()["events"]
    assert [event["type"] for event in events] == ["created", "cancel_requested", "cancelled"]
    assert [event["id"] for event in events] == sorted({event["id"] for event in events})
    assert api.http.get(path, params={"limit": 1}).json()["events"] == events[:1]
    assert api.http.get(path, params={"after": events[0]["id"]}).json()["events"] == events[1:]
    assert api.http.get(path, params={"after": events[-1]["id"]}).json()["events"] == []
    assert api.http.get(f"/tasks/{uuid.uuid4()}/events").status_code == 404
    # From its end: the newest that are older than one, in their order.
    assert api.http.get(path, params={"before": events[2]["id"], "limit": 1}).json()["events"] == events[1:2]
    assert api.http.get(path, params={"before": events[2]["id"]}).json()["events"] == events[:2]
    assert api.http.get(path, params={"before": events[0]["id"]}).json()["events"] == []
    for bad in (
        {"limit": 0},
        {"limit": 1_001},
        {"after": -1},
        {"after": 2**63},
        {"before": 0},
        {"before": 9, "after": 1},
    ):
        assert api.http.get(path, params=bad).status_code == 422
