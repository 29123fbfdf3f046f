"""Whoever was made for a module leaves with it."""

from collections.abc import Iterator

import pytest

from tests.http.workspaces.teams import OPENED


@pytest.fixture(scope="module", autouse=True)
def closed_in_the_end() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().http.close()
