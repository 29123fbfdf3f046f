"""Blocking code beside the worker's event loop, and stopped with its attempt: in a thread, or in a process of its own.

A thread of Python code ends when its attempt does; one that sits in a call of the system (a socket, a lock) ends after
that call, and its result is thrown away. What must be stopped for certain belongs in a process.
"""

import asyncio
import contextlib
import contextvars
import ctypes
import logging
import os
import pickle
import signal
import sys
import threading
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from activities.child_process import unpickled
from contracts.errors import TaskError

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Threads whose attempts are over and that still run. One that hangs holds memory, so their number has an end.
_MOST_LEFT_BEHIND = 100
_left_behind: set[threading.Thread] = set()


class TooManyLeftBehind(TaskError):
    """Too many blocking calls on this worker never came back. Restart the worker, and look at what they wait for."""


class ChildDied(TaskError):
    """The process that did this task's work died."""


class _Stopped(BaseException):
    """Raised in a thread whose attempt is over. No `except Exception` takes it for a mistake."""


async def in_thread(function: Callable[[], T]) -> T:
    """Run blocking code without blocking the worker.

    When the attempt is cancelled this ends at once, and the thread as soon as it runs Python code again.

    Raises:
        TooManyLeftBehind: a hundred earlier calls still hang.
    """
    _left_behind.difference_update([thread for thread in _left_behind if not thread.is_alive()])
    if len(_left_behind) >= _MOST_LEFT_BEHIND:
        raise TooManyLeftBehind
    outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    context = contextvars.copy_context()
    # Not from a pool: calls that hang would fill it, and every other task would wait for a thread.
    thread = threading.Thread(target=lambda: _run(context, function, outcome), daemon=True)
    thread.start()
    try:
        return await outcome
    except asyncio.CancelledError:
        _stop(thread)
        raise


def _run(context: contextvars.Context, function: Callable[[], T], outcome: "asyncio.Future[T]") -> None:
    try:
        result = context.run(function)
    except _Stopped:
        return
    except BaseException as error:
        _tell(outcome, partial(outcome.set_exception, _raisable(error)))
    else:
        _tell(outcome, lambda: outcome.set_result(result))


def _raisable(error: BaseException) -> BaseException:
    # A future takes no StopIteration: it would end the coroutine that waits as if it had returned.
    return RuntimeError(f"StopIteration: {error}") if isinstance(error, StopIteration) else error


def _tell(outcome: "asyncio.Future[Any]", how: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: the worker has ended
        outcome.get_loop().call_soon_threadsafe(lambda: None if outcome.done() else how())


def _stop(thread: threading.Thread) -> None:
    if thread.is_alive() and thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stopped))
        _left_behind.add(thread)


async def in_process(function: Callable[..., T], *arguments: Any) -> T:
    """Run blocking code in a process of its own, which is killed, with all it started, when the attempt ends.

    ``function`` stands at the top of a module; it, its arguments and its result are pickled. What it prints goes to
    the worker's log. Starting costs about as much as importing that module.

    Raises:
        ChildDied: it was killed from outside (out of memory, perhaps) or ended itself.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "activities.child_process", stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    try:
        reply = await _answer(child, pickle.dumps((function, arguments)))
        good, value = unpickled(reply)
    finally:
        await _kill(child)
    if good:
        result: T = value
        return result
    raise value


async def _answer(child: Process, question: bytes) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise ValueError("The child must be started with pipes for stdin and stdout.")
    try:
        child.stdin.write(len(question).to_bytes(8, "big") + question)
        await child.stdin.drain()
        size = int.from_bytes(await child.stdout.readexactly(8), "big")
        return await child.stdout.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        raise ChildDied(f"The process that did this task's work ended with {await child.wait()}.") from None


async def _kill(child: Process) -> None:
    # It stays until it is killed, so its group cannot be somebody else's by now, unless it died by itself.
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    if child.stdin is not None:
        child.stdin.close()
    await asyncio.shield(child.wait())
