"""Addresses in the Temporal Web UI."""

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from pydantic import SecretStr

from contracts.settings import ServerSettings
from services.temporal_links import WebUi

_SECRET = SecretStr("x" * 32)
_TASK: dict[str, Any] = {"id": 1, "session_id": None, "type": "echo", "capability": "echo"}


def at(url: str) -> WebUi:
    return WebUi.of(
        ServerSettings(
            database_url=_SECRET,
            jwt_secret=_SECRET,
            lease_secret=_SECRET,
            temporal_ui_url=url,
            temporal_namespace="claw/bot",
        )
    )


@pytest.mark.parametrize("hostile", ["a/b", "a?b#c", "../x", "%2F", "ä", "core:notify"])
def test_an_id_is_one_part_of_its_address(hostile: str) -> None:
    ui = at("https://temporal.example/ui/")
    for address in (ui.workflow(hostile), ui.schedule(hostile), *ui.queues([hostile]).values()):
        parts = urlsplit(address)
        assert (parts.netloc, parts.query, parts.fragment) == ("temporal.example", "", "")
        _, below, what, namespace, _, id_ = parts.path.split("/")
        assert [below, what, unquote(namespace), unquote(id_)] == ["ui", "namespaces", "claw/bot", hostile]


def test_where_no_web_ui_is_known_nothing_leads_there() -> None:
    ui, task = at("none"), {**_TASK, "ticker": None, "created_by": "x"}
    assert not any([ui.workflow("x"), ui.schedule("x"), ui.queues(["x"]), ui.queues_of(task), ui.lists_like(task)])


def test_the_queue_of_a_session_is_told_by_its_own_task_and_by_those_that_run_in_it() -> None:
    ui = at("http://x")
    assert list(ui.queues_of(_TASK)) == ["echo"]
    assert list(ui.queues_of({**_TASK, "queue": "workspace:team:echo"})) == ["workspace:team:echo"]
    assert list(ui.queues_of({**_TASK, "session_id": 7})) == ["session:7"]
    assert list(ui.queues_of({**_TASK, "type": "folder", "capability": "folder"})) == ["folder", "session:1"]
