"""Checks that Postgres and Temporal can store a text or JSON: no NUL, broken Unicode, NaN or endless nesting."""

import json
import math
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator
from pydantic_core import from_json

T = TypeVar("T")

#: The JSON parser of the workflow's side stops at 200 levels, and a task brings some of its own.
MAX_DEPTH = 100
#: Python writes no number of more than 4,300 digits as text.
_MOST_BITS = 14_000


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
        case int() if value.bit_length() > _MOST_BITS:
            return None
    return value


def storable(value: T) -> T:
    """The value itself; for what callers say, which is never changed silently.

    Raises:
        ValueError: it cannot be stored as it is.
    """
    if cleaned(value) != value:
        raise ValueError("must not contain NUL characters, broken Unicode, NaN, Infinity or endless numbers")
    return value


def readable_json(data: bytes) -> Any:
    """The value of a JSON text, if Python and Postgres can hold it.

    Raises:
        ValueError: it is malformed, nested too deeply, or holds NaN, infinity or half a surrogate pair.
    """
    value = from_json(data)
    json.dumps(value, allow_nan=False)
    return value


Text = Annotated[str, AfterValidator(storable)]
Json = Annotated[dict[str, Any], AfterValidator(storable)]
