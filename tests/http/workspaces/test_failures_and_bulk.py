"""Groups of failures and bulk actions of members: of their tasks, with the rights that they have by then."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from services.tasks import bulk
from services.tasks.releases import Pace
from tests.http.as_core import count_failures, end, take
from tests.http.workspaces.teams import make_member, make_person, make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

_TYPE = "web_monitor"


@dataclass(frozen=True)
class Failures:
    """The same cause in three workspaces: of anna, of others, and in the default one."""

    cause: str
    hers: list[str]
    others: list[str]
    ours: list[str]

    @property
    def all(self) -> list[str]:
        return [*self.hers, *self.others, *self.ours]


@pytest.fixture(scope="module")
def teams(stack: Facade) -> tuple[str, str]:
    stack.wait_until_ready()
    return make_workspace(stack.api), make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, teams: tuple[str, str]) -> Api:
    return make_member(stack, {teams[0]: "operator"})


@pytest.fixture(autouse=True)
def others_rest(stack: Facade) -> Iterator[None]:
    """Actions that another test has left running."""
    yield
    stack.execute("UPDATE bulk_actions SET state = 'stopped' WHERE state = 'running'")


@pytest.fixture
def failures(stack: Facade, teams: tuple[str, str]) -> Failures:
    word = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:12])
    ids = [
        [
            fail(stack, word, place, f"{name}-{word}", f"https://{name}.example/{number}", shared=f"of-{name}")
            for number in range(count)
        ]
        for place, name, count in ((teams[0], "anna", 3), (teams[1], "others", 4), ("default", "ours", 2))
    ]
    count_failures(stack)
    [row] = stack.rows("SELECT cause FROM tasks WHERE id = %s", ids[0][0])
    return Failures(row["cause"], *ids)


def fail(stack: Facade, word: str, workspace: str, worker: str, url: str, *, shared: str) -> str:
    task = stack.api.submit(_TYPE, {"url": url, "selector": shared}, workspace=workspace)
    again(stack, task, word, worker)
    return task


def again(stack: Facade, task: str, word: str, worker: str, round_: int = 0) -> None:
    run = take(stack, task, worker, None, round_)
    end(
        stack, task, run, TaskStatus.FAILED, error=TaskFailure(type="Broken", message=f"it {word} broke"), round_=round_
    )


def as_core(stack: Facade) -> None:
    """What core does in a second."""
    stack.execute("UPDATE bulk_actions SET next_at = now() WHERE state = 'running'")
    while in_database(stack, bulk.advance):
        pass


def retried(stack: Facade, ids: list[str]) -> list[int]:
    rows = stack.rows("SELECT id::text, round FROM tasks WHERE id = ANY(%s::uuid[])", ids)
    rounds = {row["id"]: row["round"] for row in rows}
    return [rounds[id_] for id_ in ids]


def begun(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    made = api.http.post("/tasks/bulk", json=body)
    assert made.status_code == 201, made.text
    assert api.http.post(f"/tasks/bulk/{made.json()['id']}/run").status_code == 202
    return dict(made.json())


def shown(api: Api, id_: str) -> dict[str, Any]:
    return dict(api.http.get(f"/tasks/bulk/{id_}").raise_for_status().json())


def test_a_member_sees_their_part_of_a_group(
    stack: Facade, anna: Api, failures: Failures, teams: tuple[str, str]
) -> None:
    listed = anna.http.get("/failures", params={"id_prefix": failures.cause}).json()
    [group] = listed["groups"]
    assert (listed["looked_at"], group["count"], group["seen"], group["task_type"]) == (3, 3, 3, _TYPE)
    assert (set(group["task_ids"]), group["shared"]["selector"]) == (set(failures.hers), "of-anna")
    assert "url" not in group["shared"]
    assert [name.split("-")[0] for name in group["workers"]] == ["anna"]
    assert list(group["workers"].values()) == [3]
    moments = "SELECT min(completed_at) AS first, max(completed_at) AS last FROM tasks WHERE id = ANY(%s::uuid[])"
    [at] = stack.rows(moments, failures.hers)
    seen = [group[name].replace("Z", "+00:00") for name in ("first_at", "last_at")]
    assert seen == [at["first"].isoformat(), at["last"].isoformat()]
    # Nothing that people think of the group of all.
    for verb, body in (("notes", {"text": "of others"}), ("resolve", {})):
        stack.api.http.post(f"/failures/{failures.cause}/{verb}", json=body).raise_for_status()
        assert anna.http.post(f"/failures/{failures.cause}/{verb}", json=body).status_code == 403
    detail = anna.http.get(f"/failures/{failures.cause}").json()
    assert (detail["state"], detail["state_by"], detail["events"]) == ("open", None, [])
    assert stack.api.http.get(f"/failures/{failures.cause}").json()["count"] == 9
    other = make_member(stack, {make_workspace(stack.api): "operator"})
    assert other.http.get("/failures").json() == {"groups": [], "looked_at": 0, "capped": False}
    for path in ("", "/edit", "/canary", "/release"):
        method = "POST" if path else "GET"
        edit = {"params": {"selector": "x"}} if path == "/edit" else None
        assert other.http.request(method, f"/failures/{failures.cause}{path}", json=edit).status_code == 404


@pytest.mark.parametrize("filter_", ["cause", "ids", "status", "two"])
def test_a_bulk_action_of_a_member_is_done_to_their_tasks_alone(
    stack: Facade, anna: Api, failures: Failures, teams: tuple[str, str], filter_: str
) -> None:
    if filter_ == "two":
        # Then not even the frozen filter names a workspace.
        filter_, anna = "ids", make_member(stack, {teams[0]: "operator", make_workspace(stack.api): "operator"})
    said: dict[str, Any] = {"cause": failures.cause, "ids": failures.all, "status": ["failed"]}
    made = begun(anna, {"action": "retry", "filter": {filter_: said[filter_]}})
    assert made["count"] >= 3 if filter_ == "status" else made["count"] == 3
    as_core(stack)
    done = shown(anna, made["id"])
    assert (done["state"], done["done"], done["skipped"]) == ("done", made["count"], 0)
    assert retried(stack, failures.all) == [1, 1, 1, 0, 0, 0, 0, 0, 0]
    # It is nobody else's, and those of others are not theirs.
    ours = stack.api.http.post("/tasks/bulk", json={"action": "cancel", "filter": {"ids": failures.hers}}).json()["id"]
    other = make_member(stack, {make_workspace(stack.api): "operator"})
    for caller, id_ in ((other, made["id"]), (anna, ours)):
        for method, verb in (("GET", ""), ("POST", "/run"), ("POST", "/stop")):
            assert caller.http.request(method, f"/tasks/bulk/{id_}{verb}").status_code == 404
    assert other.http.get("/tasks/bulk").json()["bulks"] == []
    assert made["id"] in {each["id"] for each in anna.http.get("/tasks/bulk").json()["bulks"]}


@pytest.mark.parametrize(
    ("action", "status", "more"),
    [
        ("cancel", "pending", {}), ("reprioritise", "pending", {"priority": "low"}),
        ("tag", "pending", {"add_tags": ["x"]}),
        ("delete", "failed", {}), ("edit", "failed", {"params": {"selector": "other"}}),
    ],
)  # fmt: skip
def test_each_action_works_for_a_member(
    stack: Facade, anna: Api, failures: Failures, action: str, status: str, more: dict[str, Any]
) -> None:
    if status == "pending":
        for id_ in failures.all:
            stack.api.http.post(f"/tasks/{id_}/retry").raise_for_status()
    read = "SELECT id, status, priority, tags, deleted_at, params FROM tasks WHERE id = ANY(%s::uuid[]) ORDER BY id"
    before = [stack.rows(read, ids) for ids in (failures.hers, [*failures.others, *failures.ours])]
    made = begun(anna, {"action": action, "filter": {"ids": failures.all}, **more})
    as_core(stack)
    done = shown(anna, made["id"])
    assert (done["state"], done["done"]) == ("done", 3), done
    after = [stack.rows(read, ids) for ids in (failures.hers, [*failures.others, *failures.ours])]
    assert (after[1] == before[1], [one == other for one, other in zip(*(after[0], before[0]), strict=True)]) == (
        True, [False] * 3,
    )  # fmt: skip


def left(stack: Facade, person: str, teams: tuple[str, str]) -> None:
    stack.api.http.delete(f"/workspaces/{teams[0]}/members/{person}").raise_for_status()


def only_looks(stack: Facade, person: str, teams: tuple[str, str]) -> None:
    stack.api.http.put(f"/workspaces/{teams[0]}/members/{person}", json={"role": "viewer"}).raise_for_status()


def was_disabled(stack: Facade, person: str, teams: tuple[str, str]) -> None:
    stack.api.http.patch(f"/users/{person}", json={"disabled": True}).raise_for_status()


def went_elsewhere(stack: Facade, person: str, teams: tuple[str, str]) -> None:
    """What is begun somewhere reaches nowhere else."""
    stack.api.http.put(f"/workspaces/{teams[1]}/members/{person}", json={"role": "operator"}).raise_for_status()
    left(stack, person, teams)


@pytest.mark.parametrize("what", [left, only_looks, was_disabled, went_elsewhere])
def test_who_may_no_more_ends_it_and_it_says_so(
    stack: Facade, failures: Failures, teams: tuple[str, str], what: Callable[[Facade, str, tuple[str, str]], None]
) -> None:
    person, theirs = make_person(stack)
    stack.api.http.put(f"/workspaces/{teams[0]}/members/{person}", json={"role": "operator"}).raise_for_status()
    made = begun(theirs, {"action": "retry", "filter": {"cause": failures.cause}})
    what(stack, person, teams)
    as_core(stack)
    done = shown(stack.api, made["id"])
    assert (done["state"], done["done"]) == ("stopped", 0)
    assert done["reason"].startswith(f"Whoever began it may not change tasks in {teams[0]} any more.")
    assert retried(stack, failures.all) == [0] * 9


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"disabled": True}], ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("what", ["bulk", "release"])
def test_who_saw_everything_and_may_no_more_ends_it_too(
    stack: Facade, failures: Failures, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], what: str
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 4)
    monkeypatch.setattr(bulk, "_AT_ONCE", Pace(4, 0))
    person, theirs = make_person(stack)
    if what == "bulk":
        id_ = begun(theirs, {"action": "retry", "filter": {"cause": failures.cause}})["id"]
    else:
        at = f"/failures/{failures.cause}/release"
        id_ = theirs.http.post(at, json={"without_canary": True}).raise_for_status().json()["id"]
    assert in_database(stack, bulk.advance)
    stack.api.http.patch(f"/users/{person}", json=change).raise_for_status()
    as_core(stack)
    done = shown(stack.api, id_)
    assert (done["state"], done["done"], sum(retried(stack, failures.all))) == ("stopped", 4, 4)
    left_ = "Whoever began it may not change tasks any more. What it had not done was left as it was."
    assert done["reason"] == left_


def test_what_a_member_only_looks_at_is_not_counted_either(
    stack: Facade, failures: Failures, teams: tuple[str, str]
) -> None:
    """What is said before is what is done: in two workspaces they change tasks, in the other one they look."""
    also = make_workspace(stack.api)
    both = make_member(stack, {teams[0]: "operator", also: "operator", teams[1]: "viewer"})
    for filter_ in ({"cause": failures.cause}, {"ids": failures.all}, {"workspace": teams[0], "ids": failures.all}):
        made = begun(both, {"action": "tag", "add_tags": ["x"], "filter": filter_})
        assert made["count"] == 3, filter_
        as_core(stack)
        done = shown(both, made["id"])
        assert (done["state"], done["done"]) == ("done", 3), done
    there = {"workspace": teams[1], "ids": failures.all}
    refused = both.http.post("/tasks/bulk", json={"action": "retry", "filter": there})
    said = f"In the workspace '{teams[1]}' you only look. You change tasks in {', '.join(sorted((teams[0], also)))}."
    assert (refused.status_code, refused.json()["detail"]) == (403, said)
    edit = both.http.post(f"/failures/{failures.cause}/edit", json={"params": {"selector": "other"}})
    assert edit.raise_for_status().json()["count"] == 3
    # The newest failure that they see is one that they may not retry.
    assert both.http.get(f"/failures/{failures.cause}").json()["count"] == 7
    canary = both.http.post(f"/failures/{failures.cause}/canary").raise_for_status().json()
    assert (canary["count"], canary["canary_task_id"] in failures.hers) == (2, True)
    # What they only look at, they still do.
    assert both.task(failures.others[0])["workspace"] == teams[1]


def test_it_never_reaches_further_than_when_it_was_begun(
    stack: Facade, failures: Failures, teams: tuple[str, str]
) -> None:
    """Also when they see everything by now, or more workspaces."""
    person, theirs = make_person(stack)
    stack.api.http.put(f"/workspaces/{teams[0]}/members/{person}", json={"role": "operator"}).raise_for_status()
    begun(theirs, {"action": "retry", "filter": {"cause": failures.cause}})
    stack.api.http.put(f"/workspaces/{teams[1]}/members/{person}", json={"role": "operator"}).raise_for_status()
    as_core(stack)
    assert retried(stack, failures.all) == [1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_who_becomes_a_member_goes_on_as_one(stack: Facade, failures: Failures, teams: tuple[str, str]) -> None:
    person, theirs = make_person(stack)
    made = begun(theirs, {"action": "retry", "filter": {"cause": failures.cause}})
    assert made["count"] == 9
    stack.api.http.put(f"/workspaces/{teams[1]}/members/{person}", json={"role": "operator"}).raise_for_status()
    as_core(stack)
    assert shown(stack.api, made["id"])["state"] == "done"
    assert retried(stack, failures.all) == [0, 0, 0, 1, 1, 1, 1, 0, 0]


def test_a_canary_of_a_member_releases_their_tasks(stack: Facade, anna: Api, failures: Failures) -> None:
    at = f"/failures/{failures.cause}"
    named = anna.http.post(f"{at}/canary", json={"task_id": failures.others[0]})
    assert (named.status_code, "is not failed with this cause" in named.json()["detail"]) == (409, True)
    # A release of somebody who sees everything neither keeps theirs waiting nor is told to them.
    stack.api.http.post(f"{at}/canary", json={"task_id": failures.ours[0]}).raise_for_status()
    made = anna.http.post(f"{at}/canary").raise_for_status().json()
    assert (made["count"], made["canary_task_id"] in failures.hers) == (2, True)
    again_ = anna.http.post(f"{at}/canary")
    assert (again_.status_code, made["id"] in again_.json()["detail"]) == (409, True)
    canary = made["canary_task_id"]
    end(stack, canary, take(stack, canary, "w", None, 1), TaskStatus.SUCCEEDED, {}, round_=1)
    as_core(stack)
    done = shown(anna, made["id"])
    assert (done["state"], done["done"], done["canary_ok"]) == ("done", 2, True)
    assert (done["arguments"]["seen"], retried(stack, failures.all)) == (3, [1, 1, 1, 0, 0, 0, 0, 1, 0])
    # Nor does what they do stand in the history of all.
    assert [each["type"] for each in stack.api.http.get(at).json()["events"]] == ["canary", "came"]


def test_a_release_of_a_member_ends_when_theirs_fail_again(
    stack: Facade, teams: tuple[str, str], anna: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 5)
    word = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:12])
    ids = [fail(stack, word, teams[0], "w", f"https://a.example/{n}", shared="x") for n in range(12)]
    [row] = stack.rows("SELECT cause FROM tasks WHERE id = %s", ids[0])
    made = anna.http.post(f"/failures/{row['cause']}/release", json={"without_canary": True}).raise_for_status().json()
    assert in_database(stack, bulk.advance)
    for id_ in [id_ for id_, round_ in zip(ids, retried(stack, ids), strict=True) if round_ == 1]:
        again(stack, id_, word, "w", 1)
    as_core(stack)
    done = shown(anna, made["id"])
    assert (done["state"], done["done"]) == ("stopped", 5)
    assert done["reason"].startswith("5 of the 5 that were released failed the same way again.")
