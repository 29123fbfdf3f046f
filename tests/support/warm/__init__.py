"""Processes of ours that need not import: forked from a server that has.

`start` and `run` are `subprocess.Popen` and `subprocess.run` for commands that begin with this interpreter and ``-m``.
What they start is a real process with a pid, a death and a log of its own. Set CLAWDBOT_TEST_COLD=1 for interpreters
that begin from nothing.
"""

from tests.support.warm.client import run, start

__all__ = ["run", "start"]
