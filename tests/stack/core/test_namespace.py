"""How long Temporal keeps what has ended is a setting, also of a namespace that is there already."""

from datetime import timedelta

from tests.stack.core.alone import Alone
from workers.core.namespace import prepare_namespace, retention_of


async def test_the_namespace_keeps_histories_as_long_as_it_is_told(sides: Alone) -> None:
    assert await retention_of(sides.client) == timedelta(days=1)
    await prepare_namespace(sides.client, timedelta(days=45))
    assert await retention_of(sides.client) == timedelta(days=45)
