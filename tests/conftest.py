"""Hooks for all tests."""

import signal

import pytest

from tests.faults.report import pytest_collection_modifyitems, pytest_configure, pytest_terminal_summary
from tests.support import lifeline

__all__ = ["pytest_collection_modifyitems", "pytest_configure", "pytest_terminal_summary"]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    # A run in the background ignores Ctrl-C, and so would all that it starts: what is tried must not depend on that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    lifeline.hold(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    lifeline.let_go(config)
