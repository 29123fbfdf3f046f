"""Reads the scores in an answer: each by itself, in the ways that models write numbers."""

import contextlib
import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from activities.models.answer_schemas import Score

#: No scale goes so far, and floats end somewhere.
_ABSURD = 1e6
_MOST_OF_TEN = 10
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(%?)")


def readable_scores(text: str) -> list[Score]:
    """Those that fit, also of an answer that was cut off or has a bad one among them."""
    try:
        answer = from_json(text, allow_partial=True)
    except ValueError:
        return []
    entries = [_known(entry) for entry in _entries(answer) if isinstance(entry, dict)]
    plain = [value for each in entries if "%" not in str(value := each.get("confidence"))]
    said = [number for value in plain if (number := _number(value)) is not None]
    # Who writes 85 means percent, also by 1; who writes 0.9 besides does not, nor who writes 8, perhaps of 10.
    percent = any(number > _MOST_OF_TEN for number in said) and not any(0 < number < 1 for number in said)
    found = []
    for entry in entries:
        with contextlib.suppress(ValidationError):
            found.append(Score.model_validate(entry | _numbers(entry, percent=percent)))
    return found


def _entries(answer: Any) -> list[Any]:
    """Some models leave out what is around the list, or write an object with a score for each id."""
    entries = answer.get("scores", answer) if isinstance(answer, dict) else answer
    if isinstance(entries, dict):
        if "id" in entries:
            return [entries]
        return [each | {"id": id_} for id_, each in entries.items() if isinstance(each, dict)]
    return entries if isinstance(entries, list) else []


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    """Without what was not asked for, such as reasons."""
    return {name.lower(): value for name, value in entry.items() if name.lower() in Score.model_fields}


def _numbers(entry: dict[str, Any], *, percent: bool) -> dict[str, float]:
    """Those of a score; what is none is left as it is, and refused."""
    found = {name: number for name in ("score", "confidence") if (number := _number(entry.get(name))) is not None}
    if percent and "confidence" in found and "%" not in str(entry["confidence"]):
        found["confidence"] /= 100
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < _ABSURD else None
    found = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    return number / 100 if found[2] else number
