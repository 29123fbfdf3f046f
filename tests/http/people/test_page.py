"""What a person has set for the page, and the views they saved: their own, bounded, and nobody else's."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from db.people.page import MOST_VIEWS
from tests.stack.people import PASSWORD, signed_in
from tests.support.facade import Api, Facade

DEFAULTS: dict[str, Any] = {"theme": "system", "time_zone": None, "density": "comfortable", "columns": {}}


@pytest.fixture
def two(stack: Facade) -> Iterator[tuple[Api, Api]]:
    """Two viewers."""
    with ExitStack() as closing:
        names = [f"viewer-{uuid.uuid4().hex[:8]}" for _ in range(2)]
        for name in names:
            body = {"name": name, "role": "viewer", "password": PASSWORD}
            stack.api.http.post("/users", json=body).raise_for_status()
        first, second = (closing.enter_context(signed_in(stack, name)) for name in names)
        yield first, second


def test_settings_are_ones_own(two: tuple[Api, Api]) -> None:
    mine, other = two
    assert mine.http.get("/me/settings").json() == DEFAULTS
    wanted = {"theme": "dark", "time_zone": "Europe/Berlin", "columns": {"tasks": ["status", "worker"]}}
    assert mine.http.put("/me/settings", json=wanted).json() == DEFAULTS | wanted
    assert mine.http.get("/me/settings").json() == DEFAULTS | wanted
    assert other.http.get("/me/settings").json() == DEFAULTS
    assert mine.http.put("/me/settings", json={}).json() == DEFAULTS


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "pink"},
        {"time_zone": "Mars/Olympus"},
        {"unknown": 1},
        {"columns": {"tasks": ["x"] * 51}},
        {"columns": {f"p{n}": [] for n in range(51)}},
        {"columns": {"<b>": []}},
    ],
)
def test_settings_are_known_and_bounded(two: tuple[Api, Api], wrong: dict[str, Any]) -> None:
    assert two[0].http.put("/me/settings", json=wrong).status_code == 422
    assert two[0].http.get("/me/settings").json() == DEFAULTS


def test_settings_of_another_version_do_not_break_the_page(two: tuple[Api, Api], stack: Facade) -> None:
    two[0].http.put("/me/settings", json={"theme": "dark"}).raise_for_status()
    stack.execute(
        """UPDATE user_settings SET settings = '{"theme": "of tomorrow"}' WHERE settings->>'theme' = 'dark'"""
    )
    assert two[0].http.get("/me/settings").json() == DEFAULTS


def test_views_are_added_changed_and_deleted(two: tuple[Api, Api]) -> None:
    mine, other = two
    body = {"page": "tasks", "name": "Failed <b>today</b>", "query": "status=failed&sort=-completed_at"}
    made = mine.http.post("/me/views", json=body)
    assert made.status_code == 201
    view = made.json()
    assert {key: view[key] for key in body} == body
    assert mine.http.post("/me/views", json=body).status_code == 409
    second = mine.http.post("/me/views", json={**body, "page": "board"}).json()
    assert [each["page"] for each in mine.http.get("/me/views").json()["views"]] == ["board", "tasks"]
    assert [each["id"] for each in mine.http.get("/me/views?page=board").json()["views"]] == [second["id"]]
    renamed = mine.http.patch(f"/me/views/{view['id']}", json={"name": "Failed"}).json()
    assert (renamed["name"], renamed["query"]) == ("Failed", body["query"])
    mine.http.post("/me/views", json=body).raise_for_status()
    assert mine.http.patch(f"/me/views/{view['id']}", json={"name": body["name"]}).status_code == 409
    assert other.http.get("/me/views").json() == {"views": []}
    assert other.http.patch(f"/me/views/{view['id']}", json={"name": "mine"}).status_code == 404
    assert other.http.delete(f"/me/views/{view['id']}").status_code == 404
    assert mine.http.delete(f"/me/views/{view['id']}").status_code == 204
    assert mine.http.delete(f"/me/views/{view['id']}").status_code == 404


def test_views_are_bounded(two: tuple[Api, Api], stack: Facade) -> None:
    mine, other = two
    body = {"page": "tasks", "name": "the last", "query": ""}
    mine.http.post("/me/views", json={**body, "name": "the first"}).raise_for_status()
    stack.execute(
        "INSERT INTO saved_views (user_id, page, name, query) SELECT v.user_id, 'tasks', n::text, '' "
        "FROM saved_views v JOIN users u ON u.id = v.user_id AND u.name = %s, generate_series(3, %s) n",
        mine.http.get("/me").json()["name"],
        MOST_VIEWS,
    )
    assert mine.http.post("/me/views", json=body).status_code == 201
    refused = mine.http.post("/me/views", json={**body, "name": "one more"})
    assert (refused.status_code, "Delete one first." in refused.json()["detail"]) == (422, True)
    assert other.http.post("/me/views", json=body).status_code == 201
