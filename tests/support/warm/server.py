"""`python -m tests.support.warm.server SOCKET`: imports what our processes import, and forks for each request.

It runs no thread and no event loop, and opens nothing but its socket: only such a process can be forked and become
another. It ends when its stdin does, which is when the tests do; what it forked goes on, as children of tests would.
"""

import contextlib
import gc
import importlib
import os
import selectors
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from tests.support.warm import child
from tests.support.warm.wire import Request, send_number

_HANDLERS = (
    "trial", "reddit_crawl", "twitter_crawl", "news_crawl", "web_monitor", "sec_filing_crawl", "api_update",
    "ai_sentiment", "ai_summary", "llm_task",
)  # fmt: skip
#: What a command of `clawdbot` is given, by its first word; other modules are warmed by importing them.
_ALWAYS = ("cli.main",)
_COMMANDS = {
    "start": (
        "workers.capability.main",
        "runtime.process",
        "uvloop",
        "anyio._backends._asyncio",
        "anyio.streams.tls",
        *(f"activities.{name}" for name in _HANDLERS),
    ),
    "doctor": ("workers.doctor.report", "workers.doctor.rounds"),
}


@dataclass
class Server:
    """The loop of the parent; `serve` returns only in the forked process."""

    listener: socket.socket
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _warmed: set[str] = field(default_factory=set)

    def serve(self) -> tuple[Request, list[int]]:
        """What this process, forked from the server, shall do."""
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        self._selector.register(self.listener, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self.listener:
                    if asked := self._accept():
                        return asked
                elif isinstance(key.data, Forked):
                    key.data.news(self._selector, key.fileobj)
                else:
                    os._exit(0)

    def _accept(self) -> tuple[Request, list[int]] | None:
        connection, _ = self.listener.accept()
        request, streams = Request.receive(connection)
        self._warm_up(request)
        pid = os.fork()
        if pid == 0:
            connection.close()
            self._leave()
            return request, streams
        for each in streams:
            os.close(each)
        send_number(connection, pid)
        Forked(pid, connection).register(self._selector)
        return None

    def _warm_up(self, request: Request) -> None:
        wanted = [*_ALWAYS, *_COMMANDS.get(request.arguments[0] if request.arguments else "", ())]
        if request.module != "cli":
            wanted = [request.module]
        for name in set(wanted) - self._warmed:
            self._warmed.add(name)
            module = _imported(name)
            if module is not None and name in _ALWAYS:
                from cli.lazy import places_below

                # Each is imported when it is asked for; importing takes longer than most of them run.
                list(places_below(module.all_commands().commands))
        # The collector would write into every page that parent and child share.
        gc.freeze()

    def _leave(self) -> None:
        """A forked process keeps nothing of the server's."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, Forked):
                key.data.close()
        self._selector.close()
        self.listener.close()


@dataclass
class Forked:
    """A process, from its fork until the client knows how it ended."""

    pid: int
    connection: socket.socket
    handle: int = -1

    def register(self, selector: selectors.BaseSelector) -> None:
        self.handle = os.pidfd_open(self.pid)
        selector.register(self.handle, selectors.EVENT_READ, self)

    def news(self, selector: selectors.BaseSelector, source: object) -> None:
        """Tell of its end; reap it when the client has heard, or is gone."""
        selector.unregister(self.handle if source == self.handle else self.connection)
        if source == self.handle:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            assert ended is not None
            selector.register(self.connection, selectors.EVENT_READ, self)
            try:
                send_number(self.connection, _returncode(ended))
            except OSError:
                return
        else:
            os.waitpid(self.pid, 0)
            self.close()

    def close(self) -> None:
        self.connection.close()
        os.close(self.handle)


def _imported(name: str) -> ModuleType | None:
    """Nothing, whatever keeps it from being imported: the process itself will say so, where it is looked for."""
    with contextlib.suppress(Exception):
        return importlib.import_module(name)
    return None


def _returncode(ended: os.waitid_result) -> int:
    """As `subprocess` has it: negative for a signal."""
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def main() -> None:
    gc.disable()
    path = Path(sys.argv[1])
    # Under another name until it listens, so that whoever sees it can connect.
    early = path.with_suffix(".early")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(early))
    listener.listen(128)
    early.rename(path)
    child.become(*Server(listener).serve())


if __name__ == "__main__":
    main()
