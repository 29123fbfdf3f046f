"""Every command: its place in the tree, its help, its example."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.errors import ExitCode
from cli.front_page import PANELS
from cli.main import all_commands
from tests.cli.conftest import Shell

ROOT: Any = all_commands()
EXAMPLE = re.compile(r"^ *Example: clawdbot (.+)$", re.MULTILINE)
#: Named in other lines: the front page has one screen.
IN_A_LINE = {"logout", "profiles", "failures", "templates", "triggers", "demo", "audit", "workspaces"}
#: `notifications` and `worker` lead to commands that have a name of their own now.
FORMER = {"worker", "notifications", "parse", "new-task", "freshness", "digest", "pause", "resume", "rate"}


def commands(group: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if not command.hidden:
            yield (*path, name), command
            if hasattr(command, "commands"):
                yield from commands(command, (*path, name))


TREE = dict(commands())
ON_THE_PAGE = [path for path in TREE if len(path) == 1 and path[0] not in IN_A_LINE]
#: Commands that list what the API gives page by page.
PAGED = {
    ("tasks", "list"), ("records", "list"), ("tickers", "list"), ("tickers", "freshness"), ("workers", "invitations"),
    ("agent", "decisions"), ("alerts", "list"), ("metrics", "coverage"), ("audit",), ("keys", "list"),
    ("plans", "list"),
}  # fmt: skip


def found(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The command that these words name, and what is left for it."""
    path: tuple[str, ...] = ()
    command = ROOT
    while words and words[0] in getattr(command, "commands", ()):
        path, command, words = (*path, words[0]), command.commands[words[0]], words[1:]
    return path, words


def options(command: Any) -> set[str]:
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)}


def test_the_front_page_fits_a_screen(bare_shell: Shell) -> None:
    shown = bare_shell("--help")
    lines = shown.out.rstrip("\n").splitlines()
    assert shown.code == 0
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in shown.out
    named = [line[7:].split()[0] for line in lines[1:] if line[:7].strip() in ("", *PANELS) and line]
    assert named == [name for (name, *_) in sorted(ON_THE_PAGE, key=_panel)]
    nothing_said = bare_shell()
    assert (nothing_said.code, nothing_said.out) == (2, shown.out)


def _panel(path: tuple[str, ...]) -> int:
    return PANELS.index(TREE[path[:1]].rich_help_panel)


def test_the_front_page_tells_the_exit_codes(bare_shell: Shell) -> None:
    said = " ".join(bare_shell("--help").out.split()).partition("Exit codes: ")[2]
    told = [int(number) for number in re.findall(r"\d+", said)]
    assert told == [code for code in ExitCode if code < 128]


def test_a_line_of_the_front_page_is_short_and_in_a_part() -> None:
    for name, command in ROOT.commands.items():
        if not command.hidden and name not in IN_A_LINE:
            assert command.rich_help_panel in PANELS, name
            assert 0 < len(command.short_help) <= 50, name


def test_no_noun_has_two_groups() -> None:
    names = [name for name, command in ROOT.commands.items() if not command.hidden]
    assert not [name for name in names if f"{name}s" in names or re.sub("y$", "ies", name) in set(names) - {name}]


def test_former_names_are_hidden_and_work() -> None:
    assert {name for name, command in ROOT.commands.items() if command.hidden} == FORMER
    assert {"join", "invite", "register", "set", "rotate", "revoke", "retire"} <= ROOT.commands[
        "worker"
    ].commands.keys()


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_a_command_has_an_example_that_can_be_typed(
    path: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = TREE[path]
    examples = [shlex.split(each) for each in EXAMPLE.findall(command.help or "")]
    assert examples
    monkeypatch.chdir(tmp_path)
    Path("watchlist.csv").touch()
    for words in examples:
        named, rest = found(words)
        # The example of a group may be one of its commands'.
        assert named[: len(path)] == path
        assert named == path or hasattr(command, "commands")
        target = TREE[named]
        assert {word for word in rest if word.startswith("--")} <= options(target)
        # Reads every word as typing it would, and runs nothing.
        target.make_context(named[-1], list(rest))


@pytest.mark.parametrize("path", [("tasks",), ("tasks", "list"), ("tickers", "add"), ("up",)], ids=" ".join)
def test_the_help_of_a_command_shows_its_example(bare_shell: Shell, path: tuple[str, ...]) -> None:
    shown = bare_shell(*path, "--help")
    assert shown.code == 0
    assert "Example: clawdbot" in shown.out
    assert "\x1b" not in shown.out


#: What makes tasks or plans: each says where these belong.
MAKING = {
    ("add",), ("tasks", "add"), ("tasks", "rerun"), ("plans", "add"), ("plans", "rerun"), ("plans", "propose"),
    ("schedules", "add"), ("templates", "run"), ("templates", "save"), ("templates", "import"), ("triggers", "add"),
}  # fmt: skip
NARROWED = {
    ("tasks", "list"), ("tasks", "bulk"), ("plans", "list"), ("plans", "reviews"), ("schedules", "list"),
    ("schedules", "show"),
    ("records", "kinds"), ("records", "list"), ("records", "export"),
    ("schedules", "pause"), ("schedules", "resume"), ("schedules", "run"), ("schedules", "backfill"),
    ("schedules", "delete"), ("schedules", "apply"), ("schedules", "export"), ("templates", "list"),
    ("templates", "show"), ("templates", "export"), ("templates", "delete"), ("triggers", "list"), ("triggers", "show"),
    ("triggers", "deliveries"), ("triggers", "change"), ("triggers", "test"), ("triggers", "replay"),
    ("triggers", "pause"), ("triggers", "resume"), ("triggers", "rotate"), ("triggers", "delete"),
    ("triggers", "apply"), ("triggers", "export"),
}  # fmt: skip
OF_MEMBERS = {("workspaces", "add-member"), ("workspaces", "remove-member")}
#: Words for one thing: whoever knows one of them from another command can type it.
ALIKE = [{"--yes", "-y"}, {"--wait", "--watch", "-w"}, {"--comment", "-m"}]
#: Watched until Ctrl-C, not waited for.
LASTING = {("workers",), ("workers", "list")}


def test_workspaces_are_named_wherever_something_is_made_or_looked_for() -> None:
    named = {path for path, command in TREE.items() if "--workspace" in options(command)}
    assert named == MAKING | NARROWED | OF_MEMBERS


@pytest.mark.parametrize("words", ALIKE, ids=lambda words: min(words, key=len))
def test_one_option_has_the_same_words_everywhere(words: set[str]) -> None:
    having = {path: words & options(command) for path, command in TREE.items() if path not in LASTING}
    assert {path: had for path, had in having.items() if had and had != words} == {}
    assert sum(map(bool, having.values())) > 1


def test_every_list_has_all_of_it_at_hand() -> None:
    paged = {path for path, command in TREE.items() if "--all" in options(command)} - {
        ("capabilities", "pause"), ("capabilities", "resume"),
    }  # fmt: skip
    assert paged == PAGED
    assert all("--limit" in options(TREE[path]) for path in PAGED)
    assert {path for path, command in TREE.items() if {"--after", "--page"} & options(command)} == PAGED
