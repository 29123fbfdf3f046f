"""Compares two texts line by line."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Longest diff that is kept, in characters.
DIFF_LIMIT = 20_000
#: Lines that are compared one by one, from the first that differs: the time for it grows with their square.
_LINES = 4_000
_CONTEXT = 2
_PLACE = re.compile(r"^@@ -(\d+)(\S*) \+(\d+)(\S*) @@$")


@dataclass(frozen=True)
class Comparison:
    """What is new and what is gone."""

    changed: bool = False
    added: int = 0
    removed: int = 0
    diff: str = ""


def compared(before: str, now: str) -> Comparison:
    """The difference of two texts. Takes a moment of computing: call it in a thread."""
    old, new = before.splitlines(), now.splitlines()
    # Wrapped otherwise it says the same.
    if before.split() == now.split():
        return Comparison()
    same = _same(old, new)
    start = max(same - _CONTEXT, 0)
    end = max(_same(old[same:][::-1], new[same:][::-1]) - _CONTEXT, 0)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    # The first two lines are the names of files that do not exist.
    lines = list(difflib.unified_diff(old[:_LINES], new[:_LINES], lineterm="", n=_CONTEXT))[2:]
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    diff = "\n".join(_placed(line, start) for line in lines)[:DIFF_LIMIT]
    if max(len(old), len(new)) > _LINES:
        said = (
            f"\\ More than {_LINES:,} lines lie between the first and the last change: what follows was not compared."
        )
        diff = f"{diff[: DIFF_LIMIT - len(said) - 1]}\n{said}"
    return Comparison(True, added, removed, diff)


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines the two have in common at their beginning."""
    pairs = zip(old, new, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _placed(line: str, start: int) -> str:
    """With the numbers that lines have in the whole text."""
    found = _PLACE.match(line)
    if found is None:
        return line
    return f"@@ -{int(found[1]) + start}{found[2]} +{int(found[3]) + start}{found[4]} @@"
