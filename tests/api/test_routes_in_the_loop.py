"""No request waits for a thread: FastAPI calls plain functions in one, which takes longer than most of what they do."""

import inspect
from collections.abc import Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from api.app import create_app
from contracts.settings import ServerSettings


def test_whatever_a_route_needs_is_found_in_the_event_loop() -> None:
    settings = ServerSettings(
        database_url=SecretStr("postgresql://nowhere/none"),
        jwt_secret=SecretStr("x" * 32),
        lease_secret=SecretStr("x" * 32),
    )
    routes = [getattr(each, "dependant", None) for each in iter_route_contexts(create_app(settings).routes)]
    called = [call for route in routes if route for call in calls(route)]
    assert len(called) > 500
    assert {each for each in called if not awaited(each)} == set()


def calls(needed: Dependant) -> Iterator[Any]:
    """The route and its dependencies."""
    yield needed.call
    for each in needed.dependencies:
        yield from calls(each)


def awaited(call: Any) -> bool:
    given = call if inspect.isroutine(call) or inspect.isclass(call) else type(call).__call__
    return inspect.iscoroutinefunction(given)
