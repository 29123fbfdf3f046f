"""A plugin of pytest: which tests one runs while editing, and what keeps that choice true.

`--while-editing` leaves out what needs Postgres or Temporal (the fixture `servers`) and what is marked `processes`. The
mark is no matter of taste: a test that starts a process without it fails, in each lane that has this plugin.
"""

import sys
from collections.abc import Iterator

import pytest

#: The fixture that stands for Postgres and Temporal.
_SERVERS = "servers"
_MARK = "processes"
#: What Python tells its audit hooks when a process begins.
_BEGINNINGS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"})
_BEFORE = pytest.StashKey[int]()
#: What `platform` asks for, once in a process: not the test's doing.
_NOT_OURS = "uname"
_started: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--while-editing", action="store_true", help="only what needs neither servers nor processes")


def pytest_configure() -> None:
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    # Told of everything that Python does: it must cost nothing.
    if event in _BEGINNINGS and arguments[:1] != (_NOT_OURS,):
        _started.append(f"{event} {arguments!r}"[:300])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not for editing."""
    if not config.getoption("--while-editing"):
        return
    left_out = [item for item in items if _is_heavy(item)]
    items[:] = [item for item in items if not _is_heavy(item)]
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEFORE] = len(_started)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """What starts processes says so, or it could not be left out."""
    yield
    if not _is_heavy(item) and (started := _started[item.stash[_BEFORE] :]):
        pytest.fail(f"It starts a process: mark it `{_MARK}` (tests/README.md). {started[0]}", pytrace=False)


def _is_heavy(item: pytest.Item) -> bool:
    return item.get_closest_marker(_MARK) is not None or _SERVERS in getattr(item, "fixturenames", ())
