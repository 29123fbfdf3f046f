"""A process from the fork server is what a fresh interpreter would be."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.stack.harness import eventually
from tests.support import warm
from tests.support.warm import client

pytestmark = [
    pytest.mark.skipif(client.COLD, reason="there are no warm processes here"),
    pytest.mark.processes,
]

ROOT = Path(__file__).parents[2]
MIRROR = [sys.executable, "-m", "tests.support.mirrored"]


def both(*arguments: str, **options: Any) -> list["subprocess.CompletedProcess[str]"]:
    """Cold and warm."""
    command, options = [*MIRROR, *arguments], {"text": True, "timeout": 60, **options}
    return [subprocess.run(command, capture_output=True, **options), warm.run(command, **options)]


@pytest.mark.parametrize("new_session", [True, False])
def test_it_sees_what_a_fresh_interpreter_sees(new_session: bool) -> None:
    environment = {**client._early(None), "TZ": "Asia/Tokyo", "ONLY": "this"}
    told = {"env": environment, "cwd": ROOT, "start_new_session": new_session, "stdin": subprocess.DEVNULL}
    cold, forked = (json.loads(done.stdout) for done in both("seen", **told))
    # A group of its own, so that nobody who kills its group kills the server's.
    assert (cold.pop("leads_its_group"), forked.pop("leads_its_group")) == (new_session, True)
    assert forked == cold


@pytest.mark.parametrize("how", ["none", "seven", "big", "text", "raise", "interrupt", "kill"])
def test_it_ends_as_a_fresh_interpreter_does(how: str) -> None:
    cold, forked = both(how)
    assert (forked.returncode, forked.stdout) == (cold.returncode, cold.stdout)
    assert forked.stderr.splitlines()[-1:] == cold.stderr.splitlines()[-1:]


def test_it_reads_and_answers() -> None:
    assert [done.stdout for done in both("echo", input="words")] == ["WORDS", "WORDS"]


def test_it_can_be_waited_for_and_killed_with_its_session() -> None:
    with warm.start([*MIRROR, "wait"], start_new_session=True, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        assert process.stdout.readline() == f"{process.pid}\n"
        os.killpg(process.pid, signal.SIGTERM)
        eventually(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE, 10, "it is dead")
        # Nobody else can have its pid until this process has seen how it ended.
        assert process.poll() == -signal.SIGTERM
        assert not psutil.pid_exists(process.pid)
        assert process.wait() == -signal.SIGTERM


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ([sys.executable, "-m", "cli", "up"], {}),
        ([sys.executable, "-c", "pass"], {}),
        ([sys.executable, "-m", "pytest"], {}),
        (["/bin/sh", "-m", "cli"], {}),
        ([sys.executable, "-m", "cli"], {"env": {**os.environ, "PYTHONDEVMODE": "1"}}),
        ([sys.executable, "-m", "cli"], {"pass_fds": (5,)}),
    ],
)
def test_what_must_be_a_fresh_interpreter_is_one(command: list[str], options: dict[str, Any]) -> None:
    assert client._kind(command, options) is subprocess.Popen
    assert client._kind([sys.executable, "-m", "cli", "start"], {"env": dict(os.environ)}) is client.WarmProcess


OWNER = """
import sys
from tests.support import warm
from tests.support.warm.client import server
process = warm.start([sys.executable, "-m", "tests.support.mirrored", "wait"], stdout=-3)
print(server().process.pid, process.pid, flush=True)
sys.stdin.read()
"""


def test_the_server_has_one_thread_and_ends_with_whoever_started_it_and_alone() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        server, child = (psutil.Process(int(pid)) for pid in owner.stdout.readline().split())
        assert server.num_threads() == 1
        owner.kill()
    eventually(lambda: not server.is_running(), 10, "the server has ended")
    assert child.is_running()
    child.kill()
