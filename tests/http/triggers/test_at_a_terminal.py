"""`clawdbot triggers`: what a person types, and reads."""

import json
from pathlib import Path

import pytest

from tests.http.terminal import Terminal, terminal
from tests.http.triggers.made import Sender, deliveries, made_by
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

EXAMPLES = Path(__file__).parents[3] / "examples" / "triggers"


@pytest.fixture
def at_home(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    monkeypatch.setenv("COLUMNS", "200")
    return terminal


def test_a_hook_from_its_file_to_its_end(at_home: Terminal, stack: Facade, api: Api) -> None:
    code, said = at_home("triggers", "add", "on-push", str(EXAMPLES / "on-push.yaml"))
    assert code == 0, said
    assert said.startswith("on-push: when its hook is called, signed as GitHub does, a task echo\n")
    path = said.partition("  hook: ")[2].split()[0].removeprefix(stack.api_url)
    secret = said.partition("  secret: ")[2].split()[0]
    shown = api.http.get("/triggers/on-push").json()
    sender = Sender(stack, {**shown, "path": path, "secret": secret})
    push = {"ref": "refs/heads/main", "head_commit": {"message": "Mend it"}}
    assert sender.send(push, "first").json()["outcome"] == "made"
    sender.send({**push, "ref": "refs/heads/other"}, "second")
    code, said = at_home("triggers", "show", "on-push")
    assert code == 0
    for told in (f"{stack.api_url}{path}", "only if headers['x-github-event'] == 'push'", "filtered", "made"):
        assert told in said
    [other, first] = deliveries(api, "on-push")
    code, said = at_home("triggers", "deliveries", "on-push", str(other["id"]))
    assert (code, "The filter does not want it." in said, "refs/heads/other" in said) == (0, True, True)
    code, said = at_home("triggers", "test", "on-push", json.dumps(push), "--header", "x-github-event=push")
    assert (code, said.startswith("It would make a task: ")) == (0, True)
    assert at_home("triggers", "test", "on-push")[1].startswith("It would make nothing. ")
    assert at_home("triggers", "replay", "on-push", str(first["id"]))[1].startswith("made: ")
    assert len(made_by(api, "on-push")) == 2
    assert "on-push is paused." in at_home("triggers", "pause", "on-push", "--reason", "holidays")[1]
    assert "holidays" in at_home("triggers", "list")[1]
    assert at_home("triggers", "resume", "on-push")[1] == "on-push goes on.\n"
    code, said = at_home("triggers", "rotate", "on-push", "--keep-old", "1h")
    assert (code, "The old one is good until" in said) == (0, True)
    assert at_home("triggers", "delete", "on-push") == (0, "on-push is deleted.\n")


@pytest.fixture
def no_triggers(api: Api) -> None:
    for each in api.http.get("/triggers").json()["triggers"]:
        api.http.delete(f"/triggers/{each['id']}")


@pytest.mark.usefixtures("no_triggers")
def test_a_file_is_applied_once_and_exported_as_it_was(
    at_home: Terminal, stack: Facade, api: Api, tmp_path: Path
) -> None:
    file = tmp_path / "all.yaml"
    file.write_text((EXAMPLES / "all.yaml").read_text())
    assert at_home("triggers", "apply", str(file))[0] == 2
    assert api.http.get("/triggers").json()["triggers"] == []
    code, said = at_home("triggers", "apply", str(file), "--yes")
    assert (code, "+ failed-crawls" in said, "+ deployed" in said) == (0, True, True)
    path = said.partition("  hook: ")[2].split()[0].removeprefix(stack.api_url)
    secret = said.partition("  secret: ")[2].split()[0]
    sender = Sender(stack, {**api.http.get("/triggers/deployed").json(), "secret": secret})
    assert (sender.trigger["path"], sender.send({"url": "https://example.com"}).json()["outcome"]) == (path, "made")
    assert at_home("triggers", "apply", str(file), "--yes") == (0, "Nothing changed: all is as the file says.\n")
    file.write_text(at_home("triggers", "export")[1])
    assert at_home("triggers", "apply", str(file), "--yes", "--prune")[1].startswith("Nothing changed")
    # What is changed keeps its address and its secret, and what is not in the file goes only when that is said.
    changed = file.read_text().replace("signature: bearer", "signature: standard").replace("failed-crawls", "crawls")
    file.write_text(changed)
    code, said = at_home("triggers", "apply", str(file), "--yes", "--prune")
    assert "    source.signature: bearer → standard" in said
    assert ("- failed-crawls" in said, "secret" in said) == (True, False)
    assert api.http.get("/triggers/deployed").json()["path"] == path
    code, said = at_home("audit", "--object", "deployed", "--json")
    assert [each["action"] for each in json.loads(said)["entries"]][:2] == ["trigger.change", "trigger.create"]


@pytest.mark.usefixtures("no_triggers")
@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("task_type: web_monitor", "task_type: nonesuch", "Line 16, deployed.action.task.task_type: "),
        ("signature: bearer", "signatures: bearer", "Line 13, deployed.source"),
    ],
)
def test_a_broken_file_changes_nothing_and_says_the_line(
    at_home: Terminal, api: Api, tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text((EXAMPLES / "all.yaml").read_text().replace(was, becomes))
    code, told = at_home("triggers", "apply", str(file), "--yes")
    assert (code, api.http.get("/triggers").json()["triggers"]) == (2, [])
    assert said in told


def test_the_other_example_and_a_change_of_it(at_home: Terminal, api: Api, tmp_path: Path) -> None:
    code, said = at_home("triggers", "add", "on-8k", str(EXAMPLES / "on-8k.yaml"), "--paused")
    assert (code, said) == (0, "on-8k: when a new row of sec_filings was collected, the plan on-8k\n")
    changed = tmp_path / "changed.yaml"
    changed.write_text((EXAMPLES / "on-8k.yaml").read_text().replace("per_minute: 30", "per_minute: 7"))
    assert at_home("triggers", "change", "on-8k", str(changed))[0] == 0
    assert api.http.get("/triggers/on-8k").json()["definition"]["per_minute"] == 7
    changed.write_text("source: [\n")
    code, said = at_home("triggers", "change", "on-8k", str(changed))
    assert (code, "cannot be used" in said, "YAML" in said) == (2, True, True)
    changed.write_text("source: {kind: hook}\naction: {kind: task, task: {task_type: nonesuch}}\n")
    code, said = at_home("triggers", "change", "on-8k", str(changed))
    assert (code, "action.task.task_type" in said) == (2, True)
    at_home("triggers", "delete", "on-8k")
