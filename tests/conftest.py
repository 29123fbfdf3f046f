"""Hooks for all tests."""

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.faults.report import pytest_collection_modifyitems, pytest_configure, pytest_terminal_summary
from tests.support import lifeline

__all__ = ["pytest_collection_modifyitems", "pytest_configure", "pytest_terminal_summary"]

# How long an example takes says something about who else uses the machine, and nothing about us.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Who edits wants an answer soon; the whole suite tries each law with all examples.
settings.register_profile("while editing", parent=settings.get_profile("shared machine"), max_examples=15)
settings.load_profile("shared machine")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    # A run in the background ignores Ctrl-C, and so would all that it starts: what is tried must not depend on that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    lifeline.hold(session.config)
    # Where commands keep who is signed in, and which stacks run: not among those of the person who runs the tests.
    os.environ["CLAWDBOT_CONFIG_DIR"] = str(lifeline.run_directory(session.config) / "config")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    # All that was imported stays: the collector of garbage would look through it again and again.
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    lifeline.let_go(config)
