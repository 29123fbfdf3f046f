"""Which API a command talks to, with which key, and what it says when there is none."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.connection import find_connection
from cli.errors import CliError
from cli.sign_in.profiles import config_dir
from cli.sign_in.stacks import findable, running
from tests.cli.conftest import Server, Shell
from tests.cli.facade import KEY, Facade


def keep_local_stack(data_dir: Path, url: str) -> None:
    (data_dir / "cli.json").write_text(json.dumps({"api_url": url, "api_key": KEY}))


def test_without_any_clawdbot_a_sentence_says_how_to_get_one(bare_shell: Shell) -> None:
    ran = bare_shell("tasks", "list")
    assert (ran.code, ran.out) == (3, "")
    assert "clawdbot up" in ran.err
    assert "CLAWDBOT_API_URL and CLAWDBOT_API_KEY" in ran.err


def test_the_local_stack_is_found_in_the_data_directory(
    bare_shell: Shell, nowhere: Path, server: Server, facade: Facade
) -> None:
    keep_local_stack(nowhere, server.url)
    assert bare_shell("tasks", "list").code == 0


def test_the_local_key_is_sent_to_no_other_api(nowhere: Path, bare_shell: Shell, server: Server) -> None:
    keep_local_stack(nowhere, "http://127.0.0.1:9")
    ran = bare_shell("tasks", "list", "--api-url", server.url)
    assert ran.code == 2
    assert "set CLAWDBOT_API_KEY" in ran.err


def test_the_option_goes_before_the_environment(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAWDBOT_API_URL", "https://one.example")
    monkeypatch.setenv("CLAWDBOT_API_KEY", "secret")
    chosen = find_connection("https://two.example/")
    assert (chosen.api_url, chosen.api_key) == ("https://two.example", "secret")
    assert "secret" not in repr(chosen)


@pytest.mark.parametrize("written", ["{", "[]", '{"api_url": "http://x"}'])
def test_a_damaged_file_is_named(bare_shell: Shell, nowhere: Path, written: str) -> None:
    (nowhere / "cli.json").write_text(written)
    ran = bare_shell("tasks", "list")
    assert ran.code == 2
    assert "cli.json is damaged" in ran.err


def test_the_stack_that_runs_is_found_wherever_its_directory_is(
    tmp_path: Path, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLAWDBOT_DATA_DIR")
    # The usual one is not up: what it left is not meant.
    monkeypatch.setattr("cli.connection.user_data_dir", lambda _: str(tmp_path / "usual"))
    for name in ("usual", "one", "two"):
        (tmp_path / name).mkdir()
        keep_local_stack(tmp_path / name, f"http://{name}.example")
    assert find_connection().api_url == "http://usual.example"
    with findable(tmp_path / "one"):
        assert find_connection().api_url == "http://one.example"
        with findable(tmp_path / "two"), pytest.raises(CliError, match=f"CLAWDBOT_DATA_DIR={tmp_path / 'two'}"):
            find_connection()
        with findable(tmp_path / "usual"):
            assert find_connection().api_url == "http://usual.example"
    assert find_connection().api_url == "http://usual.example"


@pytest.mark.processes
def test_a_stack_that_was_killed_is_not_found(tmp_path: Path, nowhere: Path) -> None:
    with findable(tmp_path):
        [file] = (config_dir() / "stacks").iterdir()
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        file.write_text(json.dumps({"data_dir": str(tmp_path), "pid": gone.pid}))
        assert running() == []
        assert not file.exists()


def test_an_address_needs_its_scheme(clawdbot: Shell) -> None:
    ran = clawdbot("tasks", "list", "--api-url", "example.com")
    assert ran.code == 2
    assert "'example.com' is not an address" in ran.err


def test_an_api_that_is_not_there(clawdbot: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    ran = clawdbot("tasks", "list", "--api-url", url)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"Nothing answers at {url}.")


def test_a_refused_key_is_traced_to_where_it_came_from(clawdbot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAWDBOT_API_KEY", "wrong")
    ran = clawdbot("tasks", "list")
    assert ran.code == 4
    assert "does not accept the key from CLAWDBOT_API_KEY" in ran.err


def test_something_else_than_clawdbot(clawdbot: Shell, server: Server) -> None:
    ran = clawdbot("workers", "list", "--api-url", f"{server.url}/elsewhere")
    assert ran.code == 5
    assert "answered 404 Not Found" in ran.err


def test_wrong_usage(clawdbot: Shell) -> None:
    assert clawdbot("tasks", "fly").code == 2
