"""`--workspace`, wherever tasks and plans are made or looked for at a terminal."""

import json
import uuid
from pathlib import Path

import pytest

from tests.http.terminal import Terminal, terminal
from tests.http.workspaces.teams import make_member, make_workspace
from tests.support.facade import Api, Facade

__all__ = ["terminal"]


@pytest.fixture
def at_home(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


@pytest.fixture
def team(api: Api) -> str:
    name = f"team-{uuid.uuid4().hex[:8]}"
    api.http.put(f"/workspaces/{name}", json={}).raise_for_status()
    return name


def tasks_of(api: Api, team: str) -> set[str]:
    found = api.http.get("/tasks", params={"workspace": team, "limit": 200}).json()["tasks"]
    return {each["id"] for each in found}


def test_tasks(at_home: Terminal, api: Api, team: str) -> None:
    in_it = ("--workspace", team, "--json")
    said = [
        at_home("add", "reddit and news for $NVDA", "--yes", *in_it),
        at_home("tasks", "add", "echo", *in_it),
    ]
    assert [code for code, _ in said] == [0, 0], said
    made = {*json.loads(said[0][1])["task_ids"], json.loads(said[1][1])["id"]}
    assert tasks_of(api, team) == made
    # Once more where the old one was, unless another place is named.
    old = json.loads(said[1][1])["id"]
    again = json.loads(at_home("tasks", "rerun", old, "--json")[1])["id"]
    elsewhere = json.loads(at_home("tasks", "rerun", old, "--workspace", "default", "--json")[1])["id"]
    assert tasks_of(api, team) == {*made, again}
    assert team in at_home("tasks", "show", old)[1]
    assert elsewhere not in made
    assert at_home("tasks", "bulk", "cancel", "--workspace", team, "--dry-run") == (
        0, "4 tasks match, nothing was done.\n",
    )  # fmt: skip
    assert team in at_home("tasks", "list", "--workspace", team, "--type", "delay")[1]
    code, told = at_home("add", "news for $NVDA", "--yes", "--workspace", "nowhere")
    assert (code, "There is no workspace 'nowhere'" in told) == (2, True)


def test_plans(at_home: Terminal, stack: Facade, team: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("name: p\nsteps:\n  - {id: a, task_type: echo}\n")
    in_it = ("--workspace", team, "--json")
    made = json.loads(at_home("plans", "add", str(file), *in_it)[1])["id"]
    again = json.loads(at_home("plans", "rerun", made, "--json")[1])["id"]
    other = json.loads(at_home("plans", "rerun", made, "--workspace", "default", "--json")[1])["id"]
    goal = at_home("plans", "propose", "news for $NVDA, then summarize it", "--yes", "--workspace", team)
    proposed = goal[1].splitlines()[-2].split()[0]
    rows = stack.rows(
        "SELECT id::text AS id, instance FROM plans WHERE id = ANY(%s::uuid[])", [made, again, other, proposed]
    )
    assert {row["id"]: row["instance"] for row in rows} == {made: team, again: team, other: "default", proposed: team}
    assert listed(at_home, team) == [proposed, again, made]
    elsewhere = set(listed(at_home, "default"))
    assert (other in elsewhere, elsewhere & {made, again, proposed}) == (True, set())
    task = json.loads(at_home("tasks", "add", "echo", "--needs-review", *in_it)[1])["id"]
    stack.execute("UPDATE plan_parts SET status = 'review' WHERE task_id = %s", task)
    waiting = {
        place: [
            each["task_id"]
            for each in json.loads(at_home("plans", "reviews", "--workspace", place, "--json")[1])["reviews"]
        ]
        for place in (team, "default")
    }
    assert (waiting[team], task in waiting["default"]) == ([task], False)


def listed(at_home: Terminal, team: str) -> list[str]:
    code, said = at_home("plans", "list", "--workspace", team, "--limit", "2", "--all", "--json")
    assert code == 0, said
    return [json.loads(line)["id"] for line in said.splitlines()]


def test_templates(at_home: Terminal, api: Api, team: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("name: p\nsteps:\n  - {id: a, task_type: echo}\n")
    task, plan = (f"t{uuid.uuid4().hex[:8]}" for _ in range(2))
    api.http.put(f"/templates/{task}", json={"task": {"task_type": "echo"}}).raise_for_status()
    assert at_home("templates", "save", plan, "--file", str(file))[0] == 0
    in_it = ("--workspace", team, "--json")
    made = json.loads(at_home("templates", "run", task, *in_it)[1])["id"]
    assert tasks_of(api, team) == {made}
    planned = json.loads(at_home("templates", "run", plan, *in_it)[1])["id"]
    found = api.http.get("/plans", params={"workspace": team}).json()["plans"]
    assert [each["id"] for each in found] == [planned]
    code, told = at_home("templates", "run", task, "--workspace", "nowhere")
    assert (code, "There is no workspace 'nowhere'" in told) == (2, True)


def test_schedules(at_home: Terminal, api: Api, team: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("name: p\nsteps:\n  - {id: a, task_type: echo}\n")
    daily, planned = (f"s{uuid.uuid4().hex[:8]}" for _ in range(2))
    assert at_home("schedules", "add", daily, "echo", "--every", "1d", "--workspace", team)[0] == 0
    assert at_home("schedules", "add", planned, "--plan", str(file), "--every", "1d", "--workspace", team)[0] == 0
    code, said = at_home("add", "every day at 7 news for $NVDA", "--yes", "--workspace", team, "--json")
    [by_words] = [each["name"] for each in json.loads(said)]
    action = {
        name: api.http.get(f"/schedules/{name}").json()["definition"]["action"] for name in (daily, planned, by_words)
    }
    belongs = [action[daily]["task"], action[planned]["plan"], action[by_words]["task"]]
    assert [each["workspace"] for each in belongs] == [team] * 3
    shown = at_home("schedules", "list", "--workspace", team)[1]
    assert (team in shown, daily in shown, planned in shown, by_words in shown) == (True,) * 4
    code, said = at_home("schedules", "list", "--workspace", "nowhere")
    assert (code, said.startswith("There are no schedules in the workspace 'nowhere' yet.")) == (0, True)
    code, said = at_home("schedules", "add", daily, "echo", "--every", "1d", "--input", "a=b")
    assert (code, "--input is for a plan." in said) == (2, True)


def test_a_schedule_is_meant_by_its_workspace(at_home: Terminal, api: Api, team: str) -> None:
    name = f"s{uuid.uuid4().hex[:8]}"
    for where in ((), ("--workspace", team)):
        assert at_home("schedules", "add", name, "echo", "--every", "1d", *where)[0] == 0
    past = ("--from", "2026-05-01T00:00Z", "--until", "2026-05-03T00:00Z")
    for words in (("pause",), ("resume",), ("run",), ("backfill", *past), ("show",), ("delete",)):
        code, said = at_home("schedules", words[0], name, *words[1:], "--workspace", team)
        assert code == 0, said
        assert (f"in {team}" in said) == (words == ("show",))
        # Without it the next command would mean the other one.
        assert said.count(f"{name} --workspace {team}`") == said.count("`clawdbot ")
    assert at_home("schedules", "show", name, "--workspace", team)[0] == 5
    assert api.http.get(f"/schedules/{name}").json()["state"] == "waiting"


def test_a_file_of_schedules_is_for_one_workspace(at_home: Terminal, api: Api, team: str, tmp_path: Path) -> None:
    ours, theirs = (f"s{uuid.uuid4().hex[:8]}" for _ in range(2))
    for name, where in ((ours, ()), (theirs, ("--workspace", team))):
        assert at_home("schedules", "add", name, "echo", "--every", "1d", *where)[0] == 0
    of_all, of_team = (at_home("schedules", "export", *where)[1] for where in ((), ("--workspace", team)))
    assert (ours in of_all, theirs in of_all, ours in of_team, theirs in of_team) == (True, False, False, True), of_all
    file = tmp_path / "schedules.yaml"
    file.write_text(of_team)
    apply = ("schedules", "apply", str(file), "--yes", "--prune")
    assert at_home(*apply, "--workspace", team)[1].startswith("Nothing changed: all is as the file says.")
    # Where it is not told for which one, it is the default one, to which these do not belong.
    code, said = at_home(*apply)
    assert (code, f"{theirs}.action.task.workspace: is not 'default'" in said) == (2, True)
    file.write_text("schedules: {}\n")
    assert at_home(*apply, "--workspace", team)[1].splitlines()[0] == f"- {theirs}"
    assert api.http.get(f"/schedules/{ours}").status_code == 200
    assert api.http.get("/schedules", params={"workspace": team}).json()["schedules"] == []


def test_a_file_is_of_the_workspace_that_its_reader_changes(
    at_home: Terminal, stack: Facade, team: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`export` takes the one that `apply` would take, whatever else they look at."""
    also, third = make_workspace(stack.api), make_workspace(stack.api)
    name = f"s{uuid.uuid4().hex[:8]}"
    assert at_home("schedules", "add", name, "echo", "--every", "1d", "--workspace", team)[0] == 0
    for roles, told in (
        ({team: "operator", also: "viewer"}, f"workspace: {team}"),
        ({team: "viewer"}, f"workspace: {team}"),
        ({team: "operator", also: "operator", third: "viewer"}, "Say --workspace: "),
        ({team: "viewer", also: "viewer"}, f"Say --workspace: {', '.join(sorted((team, also)))}."),
    ):
        key = make_member(stack, roles).http.headers["Authorization"].removeprefix("Bearer ")
        monkeypatch.setenv("CLAWDBOT_API_KEY", key)
        code, said = at_home("schedules", "export")
        assert (code, told in said) == (2 if told.startswith("Say") else 0, True), (roles, said)
        if code == 0:
            (file := tmp_path / "schedules.yaml").write_text(said)
            if roles[team] == "operator":
                assert at_home("schedules", "apply", str(file), "--yes")[1].startswith("Nothing changed")


def test_a_template_is_meant_by_its_workspace(at_home: Terminal, api: Api, team: str, tmp_path: Path) -> None:
    name = f"t{uuid.uuid4().hex[:8]}"
    old = api.submit("echo", {"message": "theirs"}, workspace=team)
    there = ("--workspace", team)
    # Of a task of a workspace it is that one's.
    assert at_home("templates", "save", name, "--task", old) == (0, f"{name}  saved as version 1\n")
    assert f"in {team}" in at_home("templates", "show", name)[1]
    file = tmp_path / "template.json"
    file.write_text(at_home("templates", "export", name)[1])
    assert team not in file.read_text()
    assert at_home("templates", "import", name, str(file))[0] == 0
    assert team not in at_home("templates", "show", name)[1]
    assert name in at_home("templates", "list", *there)[1]
    assert at_home("templates", "save", name, "--task", old, *there) == (0, f"{name}  saved as version 2\n")
    made = json.loads(at_home("templates", "run", name, *there, "--json")[1])["id"]
    assert tasks_of(api, team) == {old, made}
    assert at_home("templates", "delete", name, *there)[0] == 0
    assert at_home("templates", "show", name, *there)[0] == 5
    code, said = at_home("templates", "list", *there)
    assert (code, said.startswith(f"There are no templates in the workspace '{team}' yet.")) == (0, True)


def test_a_trigger_is_meant_by_its_workspace(at_home: Terminal, api: Api, team: str, tmp_path: Path) -> None:
    name, there = f"t{uuid.uuid4().hex[:8]}", ("--workspace", team)
    file = tmp_path / "trigger.yaml"
    file.write_text("source: {kind: hook, signature: bearer}\naction: {kind: task, task: {task_type: echo}}\n")
    for where in ((), there):
        assert at_home("triggers", "add", name, str(file), *where)[0] == 0
    changed = ("change", str(file))
    for words in (("pause",), ("resume",), ("rotate",), ("test", "{}"), ("deliveries",), changed, ("show",)):
        code, said = at_home("triggers", words[0], name, *words[1:], *there)
        assert code == 0, said
        assert said.count(f"{name} --workspace {team}`") == said.count("`clawdbot ")
        assert (f"in {team}" in said) == (words == ("show",))
    of_all, of_team = (at_home("triggers", "export", *where)[1] for where in ((), there))
    assert (f"workspace: {team}" in of_all, f"workspace: {team}" in of_team, name in of_all) == (False, True, True)
    file.write_text(of_team)
    apply = ("triggers", "apply", str(file), "--yes", "--prune", *there)
    assert at_home(*apply)[1].startswith("Nothing changed: all is as the file says.")
    file.write_text("triggers: {}\n")
    assert at_home(*apply)[1].splitlines()[0] == f"- {name}"
    assert at_home("triggers", "show", name, *there)[0] == 5
    assert api.http.get(f"/triggers/{name}").json()["workspace"] == "default"


def test_whom_a_worker_serves(at_home: Terminal, api: Api, team: str) -> None:
    name, word = f"serves-{uuid.uuid4().hex[:8]}", ("--capabilities", "echo")
    code, said = at_home("workers", "register", name, *word, "--workspaces", f"{team}, default")
    assert (code, f"is registered and serves only {team}, default." in said) == (0, True)
    code, said = at_home("workers", "invite", *word, "--workspaces", team)
    assert (code, f"The worker will serve only {team}." in said) == (0, True)
    assert f"(only {team})" in at_home("workers", "invitations", "--limit", "1")[1]
    assert f"only {team}, default" in at_home("workers", "show", name)[1]

    def serves() -> list[str] | None:
        found = next(each for each in api.http.get("/workers").json()["workers"] if each["name"] == name)
        named: list[str] | None = found["serves"]
        return named

    for words, then in (
        (("--workspaces", team), [team]),
        (("--concurrency", "3"), [team]),
        (("--all-workspaces",), None),
        (("--workspaces", "default"), ["default"]),
    ):
        assert at_home("workers", "set", name, *words)[0] == 0
        assert serves() == then
    refused: dict[str, tuple[str, ...]] = {
        "There is no workspace 'nowhere'": ("--workspaces", "nowhere"),
        "Name at least one workspace": ("--workspaces", " , "),
        "not both": ("--workspaces", team, "--all-workspaces"),
        "Say what to change": (),
    }
    for told, wrong in refused.items():
        code, said = at_home("workers", "set", name, *wrong)
        assert (code, told in said) == (2, True), said
    assert serves() == ["default"]
    assert at_home("workers", "retire", name)[0] == 0
    closed = "Only workers that are for it by name serve it."
    assert closed in at_home("workspaces", "limits", team, "--own-workers")[1]
    assert closed in at_home("workspaces", "limits", team, "--open", "9")[1]
    assert closed not in at_home("workspaces", "limits", team, "--any-workers")[1]
