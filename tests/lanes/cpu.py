"""CPU time of a whole run: of every process that it started, also of those whose parents died before them."""

import ctypes
import os
import resource
import sys

#: From <linux/prctl.h>: processes whose parent dies become children of this one, and their time is counted here.
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Have what this process starts, and what that starts, count for this process. Linux only, elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans() -> None:
    """Count those that have ended. Call it only while no child of this process's own is waited for."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def cpu_seconds() -> float:
    """User and system time of all that has ended so far, and of this process."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)
