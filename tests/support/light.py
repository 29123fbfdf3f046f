"""Light stacks: what `clawdbot up` runs, on the Postgres and the Temporal of the run.

Each has a database and a namespace of its own. Its processes are real; they are supervised by a thread of this
process, as `clawdbot up` does it. What kills or starves Postgres or Temporal takes a whole stack (`start_stack`).
"""

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from tests.stack.harness import RunningStack
from tests.support import patience
from tests.support.databases import clone, drop
from tests.support.servers import Servers
from tests.support.warm.launching import warm_launch
from workers.embedded.foundations import Foundations
from workers.embedded.layout import DataDirectory, free_ports
from workers.embedded.stack import Stack, StackOptions

#: (settings, options) -> a stack that runs until the block ends.
Light = Callable[..., AbstractContextManager["LightStack"]]

_START_SECONDS = 90
_STOP_SECONDS = 90


@dataclass
class LightStack(RunningStack):
    """A stack on servers that others use, too."""

    servers: Servers
    foundations: Foundations

    @property
    def database_url(self) -> str:
        return self.foundations.database_url

    def log(self, part: str) -> str:
        if part in ("postgres", "temporal"):
            return (self.servers.logs / f"{part}.log").read_text(errors="replace")
        return super().log(part)


@contextmanager
def light_stack(
    servers: Servers, environment: Mapping[str, str] | None = None, options: StackOptions | None = None
) -> Iterator[LightStack]:
    """A stack with these settings, ready, until the block ends; with no worker unless the options say so."""
    name = f"light-{uuid.uuid4().hex[:12]}"
    database_url = clone(servers, name)
    try:
        foundations = Foundations(database_url, servers.temporal.address, servers.temporal.ui_url, name)
        directory = DataDirectory(servers.stacks / name)
        stack = Stack(
            directory,
            free_ports(),
            options or StackOptions(worker=False),
            foundations=foundations,
            environment={"NO_COLOR": "1", **(environment or {})},
            launch=warm_launch,
        )
        with _running(stack):
            running = LightStack(directory.root, servers, foundations)
            yield running
            running.close()
    finally:
        drop(servers, name)


@contextmanager
def _running(stack: Stack) -> Iterator[None]:
    """The stack runs in a thread with a loop of its own, which its supervisor needs all the time."""
    up: Future[None] = Future()
    ended: Future[None] = Future()
    loop, end = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=_run, args=(loop, stack, end, up, ended), name=f"stack in {stack.directory.root}", daemon=True
    )
    thread.start()
    try:
        up.result(_START_SECONDS * patience.SHARED)
        yield
    finally:
        # Closed: it did not start, which is what the caller is told.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(end.set)
        ended.result(_STOP_SECONDS * patience.SHARED)
        thread.join()


def _run(
    loop: asyncio.AbstractEventLoop, stack: Stack, end: asyncio.Event, up: Future[None], ended: Future[None]
) -> None:
    async def supervise() -> None:
        try:
            await stack.start(lambda _: None)
        except BaseException as error:
            up.set_exception(error)
            return
        up.set_result(None)
        await end.wait()
        await stack.stop()

    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(supervise())
    except BaseException as error:
        ended.set_exception(error)
    else:
        ended.set_result(None)
