"""Priority: a word or 0..100 (0 is most urgent) outside, Temporal's 1..5 (1 is most urgent) inside."""

from typing import Annotated

from pydantic import BeforeValidator, Field

LABELS = {"critical": 10, "high": 30, "normal": 50, "low": 70}
NORMAL = LABELS["normal"]


def parse_priority(value: object) -> object:
    """Turn a label into its number; leave anything else to the field's own validation.

    Raises:
        ValueError: the label is not one of ``critical, high, normal, low``.
    """
    if not isinstance(value, str) or value.isdigit():
        return value
    if value.lower() not in LABELS:
        raise ValueError(f"priority must be one of {', '.join(LABELS)} or a number from 0 (most urgent) to 100")
    return LABELS[value.lower()]


Priority = Annotated[int, BeforeValidator(parse_priority), Field(ge=0, le=100)]


def label_of(priority: int) -> str:
    """The word for a number: 0-19 critical, 20-39 high, 40-59 normal, 60-100 low."""
    return ("critical", "high", "normal", "low", "low")[min(priority // 20, 4)]


def temporal_key(priority: int) -> int:
    """Temporal's priority key, 1..5, for a priority of 0..100.

    What somebody says on the Temporal side may be anything: a key out of range would keep a workflow from going on.
    """
    return min(clamped(priority) // 20, 4) + 1


def clamped(priority: int) -> int:
    """The nearest priority that there is."""
    return min(max(priority, 0), 100)
