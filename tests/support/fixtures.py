"""Fixtures for folders whose tests need the servers of the run: import them into the conftest."""

from functools import partial

import pytest

from tests.support.lifeline import run_directory
from tests.support.light import Light, light_stack
from tests.support.servers import Servers, servers_of


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The Postgres and the Temporal that all stacks of this run stand on."""
    return servers_of(run_directory(pytestconfig))


@pytest.fixture(scope="session")
def light(servers: Servers) -> Light:
    """Runs a stack of a test's own, with settings of its own, on the servers of the run."""
    return partial(light_stack, servers)
