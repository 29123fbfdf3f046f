"""Every command of the tree: for people on a terminal of 80 columns, for scripts, and for `| head`."""

import json
import os
import re
from collections.abc import Iterator

import pytest

from cli.errors import ExitCode
from tests.http.every_command import TWICE, World, leaves, takes_json, words
from tests.http.terminal import Terminal, terminal
from tests.support.in_process import in_process
from tests.support.servers import Servers

__all__ = ["terminal"]

COMMANDS = leaves()
#: A line of a table. Sentences, and what is there to be copied, are left to the terminal in one piece.
TABLE = re.compile(r"\S {2,}\S")
#: Their answer is a file, or something that happened on this machine.
WITHOUT_JSON = {
    ("records", "export"), ("plans", "export"), ("schedules", "export"), ("templates", "export"),
    ("triggers", "export"), ("login",), ("logout",), ("profiles", "use"), ("types", "new"),
    ("new-task",), ("workers", "join"),
}  # fmt: skip
#: Refused, and rightly: nothing is held back there, or nothing was said. The sentence is what is tried.
REFUSED: dict[tuple[str, ...], int] = {("capabilities", "close-circuit"): 2}


def expected(path: tuple[str, ...]) -> int:
    """The exit code."""
    return REFUSED.get(path, 0)


@pytest.fixture(scope="module")
def world(servers: Servers, cheap_passwords: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Of its own: a command may pause everything."""
    with in_process(servers, trusted_proxies="127.0.0.1", gateway_internal_address="127.0.0.1:1") as stack:
        world = World(stack, tmp_path_factory.mktemp("files"))
        world.settle()
        yield world


@pytest.fixture
def at_home(terminal: Terminal, world: World, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Signed in there, and with the admin's key."""
    terminal.profiles.parent.mkdir()
    terminal.profiles.write_text(json.dumps({"profiles": {"there": world.profile}, "current": "there"}))
    monkeypatch.setenv("CLAWDBOT_API_URL", world.stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", world.stack.admin_key)
    monkeypatch.setenv("COLUMNS", "80")
    return terminal


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_it_fits_80_columns_and_colours_no_pipe(path: tuple[str, ...], at_home: Terminal, world: World) -> None:
    code, said = at_home(*words(path, world), stdin=TWICE)
    assert code == expected(path), said
    assert said
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert [line for line in said.splitlines() if TABLE.search(line) and len(line) > 80] == []


@pytest.mark.parametrize("path", [path for path in COMMANDS if takes_json(path)], ids=" ".join)
def test_its_json_is_all_that_is_on_stdout(path: tuple[str, ...], at_home: Terminal, world: World) -> None:
    code, said = at_home(*words(path, world), "--json", stdin=TWICE)
    assert code == expected(path), said
    # One answer, or one event a line.
    for answer in [said] if path != ("tasks", "watch") else said.splitlines():
        json.loads(answer)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_reader_that_has_had_enough_hears_nothing_more(
    path: tuple[str, ...], at_home: Terminal, world: World
) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as pipe:
        code, said = at_home(*words(path, world), stdin=TWICE, stdout=pipe)
    assert code == (expected(path) or ExitCode.READER_GONE), said
    assert "Traceback" not in said


def test_every_answer_can_be_had_as_json() -> None:
    assert {path for path in COMMANDS if not takes_json(path)} == WITHOUT_JSON
