"""Percentiles and the table that is printed."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which ``percent`` % of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def print_table(title: str, rows: Sequence[tuple[str, str, str]]) -> None:
    """Rows of (what, measured, wanted)."""
    table = Table("what", "measured", "wanted", title=title)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
