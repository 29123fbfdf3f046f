"""Checks that Postgres and Temporal can store a text or JSON: no NUL, broken Unicode, NaN or endless nesting."""

import math
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

T = TypeVar("T")

#: The JSON parser of the workflow's side stops at 200 levels, and a task brings some of its own.
MAX_DEPTH = 100


class TooDeep(ValueError):
    """The value is nested too deeply."""


def cleaned(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The same value without what cannot be stored; for text and numbers that come from the web.

    Raises:
        TooDeep: it has more than ``depth`` levels.
    """
    match value:
        case dict() | list() if depth == 0:
            raise TooDeep(f"is nested more than {MAX_DEPTH} levels deep")
        case str():
            return value.replace("\x00", "").encode(errors="replace").decode()
        case dict():
            return {cleaned(key): cleaned(item, depth - 1) for key, item in value.items()}
        case list():
            return [cleaned(item, depth - 1) for item in value]
        case float() if not math.isfinite(value):
            return None
    return value


def storable(value: T) -> T:
    """The value itself; for what callers say, which is never changed silently.

    Raises:
        ValueError: it cannot be stored as it is.
    """
    if cleaned(value) != value:
        raise ValueError("must not contain NUL characters, broken Unicode, NaN or Infinity")
    return value


Text = Annotated[str, AfterValidator(storable)]
Json = Annotated[dict[str, Any], AfterValidator(storable)]
