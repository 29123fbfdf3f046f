"""`python -m tests.support.mirrored HOW`: says what it sees of itself, or ends in the way that it is told."""

import atexit
import io
import json
import os
import signal
import sys
import time
from typing import NoReturn, TextIO


def seen() -> dict[str, object]:
    return {
        "name": __name__,
        "argv": sys.argv,
        "orig_argv": sys.orig_argv,
        "path": sys.path,
        "environment": dict(os.environ),
        "directory": os.getcwd(),
        "zone": time.tzname,
        "leads_its_group": os.getpgrp() == os.getpid(),
        "leads_its_session": os.getsid(0) == os.getpid(),
        "signals": {each.name: str(signal.getsignal(each)) for each in signal.Signals if each.name != "SIGCHLD"},
        "streams": [_stream(each) for each in (sys.stdin, sys.stdout, sys.stderr)],
        "open": sorted(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
        "main": sys.modules["__main__"].__dict__ is globals(),
    }


def _stream(each: TextIO) -> list[object]:
    assert isinstance(each, io.TextIOWrapper)
    return [each.encoding, each.errors, each.line_buffering, each.isatty(), each.fileno(), each.write_through]


def end(how: str) -> NoReturn:
    atexit.register(print, "at exit")
    if how == "raise":
        raise ValueError("no")
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "kill":
        print("not flushed")
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit({"none": None, "seven": 7, "big": 259, "text": "a sentence"}[how])


if __name__ == "__main__":
    if sys.argv[1:] == ["seen"]:
        print(json.dumps(seen()))
    elif sys.argv[1:] == ["wait"]:
        print(os.getpid(), flush=True)
        time.sleep(600)  # until it is killed
    elif sys.argv[1:] == ["echo"]:
        print(sys.stdin.read().upper(), end="")
    else:
        end(sys.argv[1])
