"""Both sides of the mirror without the processes that look after it."""

from collections.abc import AsyncIterator

import pytest

from tests.stack.core.alone import Alone, alone
from tests.support.servers import Servers


@pytest.fixture
async def sides(servers: Servers) -> AsyncIterator[Alone]:
    async with alone(servers) as both:
        yield both
