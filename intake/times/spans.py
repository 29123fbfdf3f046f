"""Days from one to another: as a task type takes them, and as a sentence says them."""

from datetime import date
from typing import Any

#: What is asked for, or why nothing can be.
Found = tuple[dict[str, Any] | None, str]


def dated(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def spoken(first: date, last: date) -> str:
    return f"from {dated(first)} to {dated(last)}"


def since(day: date) -> Found:
    return {"from": day.isoformat()}, ""


def between(first: date, last: date, today: date) -> Found:
    if first > last:
        return None, "it ends before it begins."
    if first > today:
        return None, "those days are still to come."
    return {"from": first.isoformat(), "to": last.isoformat()}, ""
