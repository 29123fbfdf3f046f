"""What our processes stand on, and that a stack takes what it is given."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from contracts.settings import ServerSettings
from workers.embedded.errors import StackError
from workers.embedded.foundations import Foundations, embedded_foundations
from workers.embedded.launching import Process, launch
from workers.embedded.layout import DataDirectory, free_ports
from workers.embedded.stack import Stack, StackOptions
from workers.embedded.supervisor import Child, Supervisor

#: A database that nobody serves.
GIVEN = Foundations("postgresql://nobody@127.0.0.1:1/none", "127.0.0.1:2", "http://127.0.0.1:3", "another")


def test_our_processes_read_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.environment().items():
        monkeypatch.setenv(name, value)
    settings = ServerSettings.model_validate({"jwt_secret": "x" * 32, "lease_secret": "x"})
    read = Foundations(
        settings.database_url.get_secret_value(),
        settings.temporal_address,
        settings.temporal_ui_url,
        settings.temporal_namespace,
    )
    assert read == GIVEN


def test_its_own_are_in_the_namespace_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory, ports = DataDirectory(tmp_path), free_ports()
    assert embedded_foundations(directory, ports).namespace == "clawdbot"
    monkeypatch.setenv("CLAWDBOT_TEMPORAL_NAMESPACE", "beside")
    assert embedded_foundations(directory, ports).namespace == "beside"


async def test_what_is_given_is_not_started(tmp_path: Path) -> None:
    launched: list[str] = []

    async def note(command: Sequence[str], environment: Mapping[str, str], log: Path, user: str | None) -> Process:
        launched.append(log.stem)
        raise StackError("nothing is started in this test")

    stack = Stack(DataDirectory(tmp_path), free_ports(), StackOptions(worker=False), foundations=GIVEN, launch=note)
    assert stack.foundations is GIVEN
    # The database is the first thing it needs.
    with pytest.raises(StackError, match="nothing is started"):
        await stack.start(lambda _: None)
    assert launched == ["first-run"]
    assert not stack.directory.postgres.exists()


@pytest.mark.processes
async def test_a_child_has_the_environment_of_its_supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def has_said_it() -> bool:
        return (tmp_path / "child.log").read_text() == "all own\n"

    monkeypatch.setenv("FROM_THIS_PROCESS", "not asked for")
    command = ["/bin/sh", "-c", 'echo "$OF_ALL $OF_ITS_OWN$FROM_THIS_PROCESS"; exec sleep 60']
    child = Child("child", command, is_up=has_said_it, environment={"OF_ITS_OWN": "own"})
    supervisor = Supervisor(tmp_path, lambda: None, {"OF_ALL": "all", "PATH": "/bin:/usr/bin"}, launch)
    await supervisor.start(child)
    await supervisor.stop()
    assert supervisor.pids == {}
