"""One API for all tests of this folder, in this process."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, profiles

from services.people import passwords
from tests.support.facade import Api, Facade
from tests.support.fixtures import servers
from tests.support.in_process import in_process
from tests.support.servers import Servers

__all__ = ["servers"]


@pytest.fixture(scope="session")
def cheap_passwords() -> Iterator[None]:
    """Hundreds are hashed here, and a real one costs a tenth of a second of both processors."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher.from_parameters(profiles.CHEAPEST)
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_NOBODY", cheap.hash("nobody"))
        yield


@pytest.fixture(scope="session")
def stack(servers: Servers, cheap_passwords: None) -> Iterator[Facade]:
    """Tasks wait for ever, unless a test writes down what core and the gateway would (`as_core.py`)."""
    with in_process(
        servers,
        # A test may so call from any address it names in X-Forwarded-For.
        trusted_proxies="127.0.0.1",
        # There is no gateway, and nobody else's must be asked.
        gateway_internal_address="127.0.0.1:1",
        # For test_ranking.py: the API must do what its settings say.
        freshness_targets="summary=3d,twitter=off",
        ranking_weights="cost=1.5",
    ) as running:
        yield running


@pytest.fixture
def api(stack: Facade) -> Api:
    """The public API as the admin."""
    return stack.api
