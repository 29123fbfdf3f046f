"""Three hundred failures of three kinds on the real stack: three groups, each put right by itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually
from tests.support.light import Light

KINDS = ("the login is refused", "there is no such page", "the disk is full")
EACH = 100


@pytest.fixture(scope="module")
def stack(light: Light) -> Iterator[RunningStack]:
    """One of its own: nothing else fails there."""
    with light({}) as running:
        running.wait_until_ready()
        with running.worker("flaky", concurrency=20):
            yield running


@pytest.fixture(scope="module")
def failed(stack: RunningStack) -> dict[str, list[str]]:
    """The ids by kind, once all have failed."""
    ids = {kind: _failing(stack.api, kind) for kind in KINDS}
    for each in ids.values():
        all_are(stack, each, "failed")
    return ids


def _failing(api: Api, message: str) -> list[str]:
    return api.submit_many(EACH, "flaky", {"failures": 100, "retryable": False, "message": message})


def all_are(stack: RunningStack, ids: list[str], status: str) -> None:
    """Asked with one question: a hundred each time would keep those busy that shall come to the answer."""
    others = "SELECT count(*) AS n FROM tasks WHERE id = ANY(%s::uuid[]) AND status <> %s"
    eventually(lambda: stack.rows(others, ids, status)[0]["n"] == 0, 120, f"all are {status}")


def groups(api: Api) -> dict[str, dict[str, Any]]:
    found = api.http.get("/failures").json()["groups"]
    return {next(kind for kind in KINDS if kind in group["message"]): group for group in found}


def group_of(api: Api, kind: str) -> dict[str, Any]:
    """Once core has counted all of it."""
    return eventually(lambda: _if_counted(api, kind), 15, f"{EACH} are counted of '{kind}'")


def _if_counted(api: Api, kind: str) -> dict[str, Any] | None:
    group = groups(api).get(kind)
    return group if group and group["count"] == EACH else None


def over(api: Api, id_: str) -> dict[str, Any]:
    """The bulk action once it is over."""

    def ended() -> dict[str, Any] | None:
        found = dict(api.http.get(f"/tasks/bulk/{id_}").json())
        return found if found["state"] in ("done", "stopped") else None

    return eventually(ended, 60, "it is over")


def mend(api: Api, cause: str) -> None:
    """Params with which its tasks succeed."""
    made = api.http.post(f"/failures/{cause}/edit", json={"params": {"failures": 0}}).json()
    assert (made["count"], made["skipped"]) == (EACH, 0)
    api.http.post(f"/tasks/bulk/{made['id']}/run").raise_for_status()
    assert over(api, made["id"])["done"] == EACH


def retries(stack: RunningStack, ids: list[str]) -> dict[int, int]:
    """How many tasks have been retried how often."""
    rows = stack.rows("SELECT round, count(*) AS n FROM tasks WHERE id = ANY(%s::uuid[]) GROUP BY round", ids)
    return {row["round"]: row["n"] for row in rows}


def test_three_kinds_are_three_groups(api: Api, failed: dict[str, list[str]]) -> None:
    for kind in KINDS:
        group = group_of(api, kind)
        assert (group["seen"], group["shared"]["message"]) == (EACH, kind)
    assert groups(api).keys() == set(KINDS)
    assert [groups(api)[kind]["likely"]["kind"] for kind in KINDS] == ["unknown", "not_found", "disk_full"]


def test_a_canary_that_fails_releases_nothing(api: Api, stack: RunningStack, failed: dict[str, list[str]]) -> None:
    kind = KINDS[0]
    begun = api.http.post(f"/failures/{group_of(api, kind)['cause']}/canary").json()
    ended = over(api, begun["id"])
    assert (ended["state"], ended["done"], ended["canary_ok"]) == ("stopped", 0, False)
    assert kind in ended["reason"]
    assert retries(stack, failed[kind]) == {0: EACH - 1, 1: 1}


def test_fixing_one_kind_releases_exactly_its_tasks(
    api: Api, stack: RunningStack, failed: dict[str, list[str]]
) -> None:
    kind, others = KINDS[1], failed[KINDS[2]]
    cause = group_of(api, kind)["cause"]
    mend(api, cause)
    begun = api.http.post(f"/failures/{cause}/canary").json()
    ended = over(api, begun["id"])
    assert (ended["state"], ended["done"], ended["canary_ok"]) == ("done", EACH - 1, True)
    all_are(stack, failed[kind], "succeeded")
    assert retries(stack, failed[kind]) == {1: EACH}
    assert retries(stack, others) == {0: EACH}
    assert eventually(lambda: kind not in groups(api), 15, "no task of it is failed any more")


def test_core_dies_in_the_middle_of_a_release(api: Api, stack: RunningStack, failed: dict[str, list[str]]) -> None:
    kind = KINDS[2]
    cause = group_of(api, kind)["cause"]
    mend(api, cause)
    # Slow enough to be met in the middle.
    api.http.post("/capabilities/flaky/rate", json={"per_second": 25}).raise_for_status()
    begun = api.http.post(f"/failures/{cause}/release", json={"without_canary": True}).json()
    eventually(lambda: 0 < api.http.get(f"/tasks/bulk/{begun['id']}").json()["done"] < EACH, 30, "some are released")
    stack.kill_and_wait("core")
    assert (over(api, begun["id"])["state"], retries(stack, failed[kind])) == ("done", {1: EACH})
    api.http.post("/capabilities/flaky/rate", json={"per_second": None}).raise_for_status()
    all_are(stack, failed[kind], "succeeded")
