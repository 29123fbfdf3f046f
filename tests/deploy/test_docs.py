"""The documents against the code: settings, commands, routes, task types and links are those that exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from api.app import create_app
from cli.main import all_commands
from contracts.client_settings import ClientSettings
from contracts.settings import ServerSettings
from contracts.task_types import TASK_TYPES
from contracts.tasks.statuses import TaskStatus
from contracts.workers.settings import WorkerSettings
from tests.deploy.files import ROOT, settings_of
from tests.deploy.test_machines import source_variables

DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").rglob("*.md"),
    ]
)
ADRS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
LINK = re.compile(r"\]\((?!https?://)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text_of(*path: str) -> str:
    return ROOT.joinpath(*path).read_text()


def anchors(markdown: str) -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands() -> Iterator[tuple[str, list[str]]]:
    """(document, words) of every `clawdbot …` in a shell block."""
    for path in DOCUMENTS:
        for block in SHELL.findall(path.read_text()):
            for line in block.replace("\\\n", " ").splitlines():
                found = re.search(r"\bclawdbot (?=[a-z])(?!create)", line)
                if found and not re.match(r"kubectl|docker|export|pipx|#", line.strip()):
                    yield path.name, shlex.split(line[found.end() :], comments=True)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.finditer(path.read_text()):
        target = (path.parent / link["path"]).resolve() if link["path"] else path
        assert target.exists(), link[0]
        if link["anchor"]:
            assert link["anchor"] in anchors(target.read_text()), link[0]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(path: Path) -> None:
    named = re.findall(
        r"`((?:tests|api|cli|db|workers|activities|contracts|deploy|docs|temporal-config)/[\w./-]+)`", path.read_text()
    )
    # Examples of what somebody would write, and what somebody brings.
    of_others = {"activities/word_count.py", "deploy/tls/", "deploy/worker.env"}
    for name in named:
        if name not in of_others and not name.startswith("deploy/tls/"):
            assert (ROOT / name).exists(), name


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_says_what_holds_it(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "Held by"]
    assert path.name in text_of("docs", "adr", "README.md")


@pytest.mark.parametrize("model", [ServerSettings, ClientSettings, WorkerSettings])
def test_every_setting_stands_in_the_table_with_its_default(
    model: type[ServerSettings | ClientSettings | WorkerSettings],
) -> None:
    rows = dict(re.findall(r"^\| `(CLAWDBOT_\w+)` \| ([^|]+?) \|", text_of("docs", "operations.md"), re.MULTILINE))
    assert rows.keys() == settings_of(ServerSettings) | settings_of(ClientSettings) | settings_of(WorkerSettings)
    for name, field in model.model_fields.items():
        written = rows[f"CLAWDBOT_{name.upper()}"]
        if field.is_required():
            assert written == "required"
        elif field.default not in (None, "", ()):
            assert written == f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def test_every_variable_of_the_sources_is_explained() -> None:
    for name in source_variables():
        assert f"`{name}`" in text_of("docs", "workers.md")


def test_task_types_and_statuses_are_all_listed() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text_of("docs", "tasks.md").splitlines()
        if line.startswith("| `")
    ]
    listed = {row[0].strip("`"): (row[1], row[-1]) for row in rows if row[0].strip("`") in TASK_TYPES}
    assert listed.keys() == TASK_TYPES.keys()
    for name, (params, note) in listed.items():
        row = TASK_TYPES[name]
        assert re.findall(r"\w+", params) == list(row.params.model_fields)
        assert re.findall(r"\*\*(\w+)\*\*", params) == [
            n for n, f in row.params.model_fields.items() if f.is_required()
        ]
        assert (note == "no handler yet") == (row.handler is None and not row.for_bots)
        assert (note == "done by bots") == row.for_bots
    for status in TaskStatus:
        assert f"`{status}`" in text_of("docs", "tasks.md")


@pytest.mark.parametrize(
    ("document", "words"), list(commands()), ids=lambda value: value if isinstance(value, str) else " ".join(value)
)
def test_commands_and_their_options_exist(document: str, words: list[str]) -> None:
    command: Any = all_commands()
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
        assert not command.hidden, f"{document}: this is the name of before"
    assert not hasattr(command, "commands") or command.invoke_without_command, f"{document}: {words}"
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    for word in words:
        if word.startswith("-"):
            assert word.split("=")[0] in known, f"{document}: {word}"


@pytest.mark.parametrize("folder", ["docs", "deploy", "examples", "api", "chat", "cli", "services", "workers"])
def test_nobody_is_told_a_former_name_of_a_command(folder: str) -> None:
    hidden = [name for name, command in vars(all_commands())["commands"].items() if command.hidden]
    former = re.compile(rf"\bclawdbot ({'|'.join(hidden)})(?![\w-])")
    paths = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".md", ".py", ".txt", ".sh", ".yml")]
    for path in [*paths, ROOT / "README.md"]:
        if path.name != "former_names.py":
            assert not former.search(path.read_text()), path


def test_routes_exist() -> None:
    settings = ServerSettings(
        database_url=SecretStr("postgresql://nowhere/none"),
        jwt_secret=SecretStr("x" * 32),
        lease_secret=SecretStr("x" * 32),
    )
    paths = {*create_app(settings).openapi()["paths"], "/docs", "/openapi.json"}
    # A parameter is written {like_this} or as a variable of the shell.
    patterns = [re.compile(re.sub(r"\\\{\w+\\\}", r"(\\{\\w+\\}|\\$\\w+)", re.escape(path)) + "$") for path in paths]
    for path in DOCUMENTS:
        for route in re.findall(r"(/api/v1/[\w/{}$-]+)", path.read_text()):
            assert any(pattern.match(route.rstrip("/")) for pattern in patterns), f"{path.name}: {route}"
