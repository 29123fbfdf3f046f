"""A forked process becomes what ``python -m module`` would be, and ends as that would."""

import atexit
import gc
import io
import os
import runpy
import signal
import sys
import tempfile
import threading
import time
from typing import NoReturn, TextIO

from tests.support.warm.wire import Request

#: No exit code: it dies of the signal, so that a shell knows.
_INTERRUPTED = -signal.SIGINT


def become(request: Request, streams: list[int]) -> NoReturn:
    """Run the module to its end. The interpreter is not taken apart: that would touch all that was imported."""
    code = 1
    try:
        _dress(request, streams)
        code = _run(request.module)
        threading._shutdown()  # type: ignore[attr-defined] # no public name: ends threads as an interpreter does
        atexit._run_exitfuncs()
        code = _flushed(code)
        if code == _INTERRUPTED:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        os._exit(code)


def _dress(request: Request, streams: list[int]) -> None:
    if request.new_session:
        os.setsid()
    else:
        # Whoever kills its group must not kill the server's.
        os.setpgid(0, 0)
    for number, given in enumerate(streams):
        os.dup2(given, number)
    for given in streams:
        os.close(given)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.chdir(request.directory)
    tempfile.tempdir = None
    sys.path[0] = request.directory
    sys.argv = ["-m", *request.arguments]
    # A worker that starts anew begins with these, and then it is a fresh interpreter.
    sys.orig_argv = [sys.executable, "-m", request.module, *request.arguments]
    sys.stdin, sys.stdout, sys.stderr = (
        _stream(number, like) for number, like in enumerate((sys.stdin, sys.stdout, sys.stderr))
    )
    # `-m` runs what it is told even if that is imported already, and so do we, without a warning.
    if not hasattr(sys.modules.get(request.module), "__path__"):
        sys.modules.pop(request.module, None)
    gc.enable()


def _stream(descriptor: int, like: TextIO) -> io.TextIOWrapper:
    """As an interpreter opens it that begins with this descriptor."""
    assert isinstance(like, io.TextIOWrapper)
    # PYTHONUNBUFFERED is the same for both, or this one would not be warm.
    unbuffered = like.write_through
    binary = open(
        descriptor, "wb" if descriptor else "rb", buffering=0 if descriptor and unbuffered else -1, closefd=False
    )
    lines = like.line_buffering if descriptor == 2 else os.isatty(descriptor) and not unbuffered
    newline = "\n" if descriptor else None
    return io.TextIOWrapper(binary, like.encoding, like.errors, newline, line_buffering=lines, write_through=unbuffered)


def _run(module: str) -> int:
    """Its exit code, as the interpreter would give it."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as leave:
        return _code_of(leave)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _code_of(leave: SystemExit) -> int:
    if leave.code is None:
        return 0
    if isinstance(leave.code, int):
        return leave.code & 0xFF
    sys.stderr.write(f"{leave.code}\n")
    return 1


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return 120
    return code
