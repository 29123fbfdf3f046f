"""Ids by their first characters: a range of a uuid column, which its index finds."""

import uuid


def range_of(prefix: str) -> tuple[uuid.UUID, uuid.UUID]:
    """The first and the last id that begin so; dashes may be left out."""
    digits = digits_of(prefix)
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))


def digits_of(prefix: str) -> str:
    """The same without dashes, in small letters."""
    return prefix.replace("-", "").lower()[:32]
