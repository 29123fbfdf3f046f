"""`clawdbot tasks bulk`: counted first, done after a yes, followed and stopped."""

import json
import uuid

import pytest

from tests.http.tasks.test_bulk import PARAMS, TYPE, as_core
from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]


@pytest.fixture
def typed(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


def test_counted_first_done_after_a_yes_and_followed(typed: Terminal, stack: Facade, api: Api) -> None:
    tag = f"bulk-{uuid.uuid4().hex[:12]}"
    ids = api.submit_many(3, TYPE, PARAMS, tags=[tag])
    raised = ("tasks", "bulk", "reprioritise", "--tag", tag, "--priority", "critical")
    assert typed(*raised, "--dry-run") == (0, "3 tasks match, nothing was done.\n")
    code, said = typed(*raised)
    assert (code, "Nothing was done: 3 tasks match. Say --yes" in said) == (2, True)
    # Actions that other tests have begun may run.
    as_core(stack)
    assert {api.task(each)["priority_label"] for each in ids} == {"normal"}
    code, said = typed(*raised, "--yes")
    id_ = said.split(": ")[1].strip().rstrip(".")
    assert (code, said.startswith("3 tasks in the background")) == (0, True)
    as_core(stack)
    assert typed("tasks", "bulk-watch", id_[:13]) == (0, "Done: 3 tasks.\n")
    assert {api.task(each)["priority_label"] for each in ids} == {"critical"}
    listed = json.loads(typed("tasks", "bulk-list", "--json")[1])["bulks"]
    assert [(each["done"], each["count"]) for each in listed if each["id"] == id_] == [(3, 3)]
    # What runs can be stopped, by somebody else and from elsewhere, too.
    running = json.loads(typed("tasks", "bulk", "cancel", "--tag", tag, "--yes", "--json")[1])["id"]
    assert typed("tasks", "bulk-stop", running) == (0, "Stopped after 0 tasks.\n")
    as_core(stack)
    assert {api.status(each) for each in ids} == {"pending"}
    assert "stopped" in typed("tasks", "bulk-list")[1]
    assert typed("tasks", "bulk", "delete", "--tag", tag) == (0, "No task matches that delete is possible for.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["cancel"], "give a filter"),
        (["reprioritise", "--type", "echo"], "'priority'"),
        (["tag", "--type", "echo"], "'add_tags'"),
        # As of a variable that is not set: without it they would be all that are failed.
        (["delete", "--status", "failed", "--tag", "", "--yes"], "--tag is empty"),
        (["cancel", "--type", "echo", "--created-by", " ", "--dry-run"], "--created-by is empty"),
        (["delete", "--text", "--- !", "--yes"], "'text' has no word to look for"),
        (["bulldoze", "--type", "echo"], "bulldoze"),
    ],
)
def test_what_is_refused(typed: Terminal, words: list[str], told: str) -> None:
    code, said = typed("tasks", "bulk", *words)
    assert (code, told in said) == (2, True), said
