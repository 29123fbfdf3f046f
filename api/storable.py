"""What Postgres keeps as text and JSON: no NUL, no halves of surrogate pairs, no NaN or Infinity."""

import math
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

T = TypeVar("T")


def cleaned(value: Any) -> Any:
    """The same value without what cannot be stored; for text and numbers that come from the web."""
    match value:
        case str():
            return value.replace("\x00", "").encode(errors="replace").decode()
        case dict():
            return {cleaned(key): cleaned(item) for key, item in value.items()}
        case list():
            return [cleaned(item) for item in value]
        case float() if not math.isfinite(value):
            return None
    return value


def storable(value: T) -> T:
    """The value itself; for what callers say, which is never changed silently.

    Raises:
        ValueError: it cannot be stored as it is.
    """
    try:
        as_stored = cleaned(value)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if as_stored != value:
        raise ValueError("must not contain NUL characters, broken Unicode, NaN or Infinity")
    return value


Text = Annotated[str, AfterValidator(storable)]
Json = Annotated[dict[str, Any], AfterValidator(storable)]
