"""CPU time of a whole run: of every process that it started, also of those whose parents died before them."""

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Container

import psutil

#: From <linux/prctl.h>: processes whose parent dies become children of this one, and their time is counted here.
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Have what this process starts, and what that starts, count for this process. Linux only, elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(own: Container[int]) -> None:
    """Count adopted processes that have ended, and let go of their pids. ``own``: started and waited for by others."""
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
            if child.pid not in own and child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)


def ended(process: "subprocess.Popen[str]") -> float:
    """Wait for its end: CPU seconds of it and of all that it waited for, so of no orphan and no server of the run."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def cpu_seconds() -> float:
    """User and system time of all that has ended so far, and of this process."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)
