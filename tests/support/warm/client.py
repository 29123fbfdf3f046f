"""Starts processes of ours: from the fork server of this process where that makes no difference, else as usual."""

import atexit
import functools
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.warm.wire import Request, receive_number

Command = Sequence[str]

COLD = os.environ.get("CLAWDBOT_TEST_COLD") == "1" or sys.platform != "linux"

#: Whose modules the server may import.
_OURS = {"api", "chat", "cli", "gateway", "sandbox", "tests", "workers"}
#: They are the whole, for which it matters how it begins.
_WHOLE = {"up", "demo"}
#: Read while the interpreter starts or while modules are imported: a process with others of them begins from nothing.
_READ_EARLY = re.compile(
    r"PYTHON\w+|LANG|LANGUAGE|LC_\w+|LD_\w+|TYPER_USE_RICH|PYDANTIC_\w+|PSYCOPG_\w+|PRAWCORE_TIMEOUT|PROMETHEUS_\w+",
    re.IGNORECASE,
)
_SECONDS = 60.0


def start(command: Command, **options: Any) -> "subprocess.Popen[Any]":
    """As `subprocess.Popen`."""
    return _kind(command, options)(command, **options)


def run(
    command: Command, *, input: str | bytes | None = None, timeout: float | None = None, **options: Any
) -> "subprocess.CompletedProcess[Any]":
    """As `subprocess.run` with ``capture_output``."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if input is not None:
        streams["stdin"] = subprocess.PIPE
    with start(command, **streams, **options) as process:
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _kind(command: Command, options: Mapping[str, Any]) -> "type[subprocess.Popen[Any]]":
    warm = options.keys() <= _UNDERSTOOD and is_warm(command, options.get("env"))
    return WarmProcess if warm else subprocess.Popen


def is_warm(command: Command, environment: Mapping[str, str] | None = None) -> bool:
    """Whether it can be forked and is the same as one that begins from nothing."""
    return not COLD and _ours(command) and _early(environment) == _early(None)


_UNDERSTOOD = {"cwd", "encoding", "env", "start_new_session", "stdin", "stdout", "stderr", "text"}


def _ours(command: Command) -> bool:
    interpreter, dash, module, *arguments = [*command, "", "", ""][: len(command) + 3]
    ours = interpreter == sys.executable and dash == "-m" and module.partition(".")[0] in _OURS
    return ours and not _WHOLE & set(arguments[:1])


def _early(environment: Mapping[str, str] | None) -> dict[str, str]:
    given = os.environ if environment is None else environment
    return {name: value for name, value in given.items() if _READ_EARLY.fullmatch(name)}


class WarmProcess(subprocess.Popen[Any]):
    """Popen, but for who forks and who waits. It replaces three methods of 3.11 to 3.14 that have no public names."""

    #: Popen's own, of which typeshed does not know.
    _waitpid_lock: threading.Lock

    if TYPE_CHECKING:

        def _close_pipe_fds(self, *numbers: int) -> None: ...

    def _execute_child(self, args: Command, *told: Any) -> None:
        names = dict(zip(_TOLD, told, strict=True))
        # As Popen does, for who wants to know that a process begins.
        sys.audit("subprocess.Popen", args[0], args, names["cwd"], names["env"])
        own = (names[name] for name in ("p2cread", "c2pwrite", "errwrite"))
        stdin, stdout, stderr = (number if given == -1 else given for number, given in enumerate(own))
        environment = os.environ if names["env"] is None else names["env"]
        request = Request(
            args[2], [str(each) for each in args[3:]], dict(environment),
            os.fspath(names["cwd"] or Path.cwd()), names["start_new_session"],
        )  # fmt: skip
        try:
            self._connection = server().connect()
            request.send(self._connection, (stdin, stdout, stderr))
            self.pid = receive_number(self._connection)
            self._child_created = True
        finally:
            self._close_pipe_fds(*(names[name] for name in _PIPES))

    def fileno(self) -> int:
        """Readable once the process has ended, for whoever waits for several things at once."""
        return self._connection.fileno()

    def _internal_poll(self, _deadstate: int | None = None, **_: Any) -> int | None:
        try:
            return self._wait(0)
        except subprocess.TimeoutExpired:
            return None

    def _wait(self, timeout: float | None) -> int:
        lock: threading.Lock = self._waitpid_lock
        if not lock.acquire(timeout=-1 if timeout is None else timeout):
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        try:
            if self.returncode is None:
                self.returncode = self._end(timeout)
        except (BlockingIOError, TimeoutError):
            raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
        finally:
            lock.release()
        return int(self.returncode)

    def _end(self, timeout: float | None) -> int:
        self._connection.settimeout(timeout)
        returncode = receive_number(self._connection)
        # It is reaped before anybody acts on its end.
        self._connection.settimeout(_SECONDS)
        self._connection.shutdown(socket.SHUT_WR)
        self._connection.recv(1)
        self._connection.close()
        return returncode


#: Of `_execute_child`, after the command.
_PIPES = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
_TOLD = (
    "executable", "preexec_fn", "close_fds", "pass_fds", "cwd", "env", "startupinfo", "creationflags", "shell",
    *_PIPES, "restore_signals", "gid", "gids", "uid", "umask", "start_new_session", "process_group",
)  # fmt: skip


class _Server:
    """The fork server, which ends with this process."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="warm-")
        self._path = Path(self._directory.name) / "socket"
        command = [sys.executable, "-m", "tests.support.warm.server", str(self._path)]
        # In a session of its own: Ctrl-C is for the tests.
        self.process = subprocess.Popen(
            command, cwd=Path(__file__).parents[3], stdin=subprocess.PIPE, start_new_session=True
        )
        atexit.register(self.end)
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while not self._path.exists():
            assert self.process.poll() is None, "the fork server did not start"
            assert time.monotonic() < deadline, f"the fork server is not there after {_SECONDS:.0f} s"
            time.sleep(0.005)  # a socket that appears tells nobody

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self._path))
        return connection

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(_SECONDS)
        self._directory.cleanup()


_STARTING = threading.Lock()


@functools.cache
def _server(_: int) -> _Server:
    return _Server()


def server() -> _Server:
    """That of this process; of a forked one, another."""
    with _STARTING:
        return _server(os.getpid())
