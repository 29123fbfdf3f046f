"""Finds what is meant by a name that several workspaces may have: schedules, triggers, templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from contracts.workspaces.names import DEFAULT
from services.errors import BadInput


@dataclass(frozen=True)
class Named:
    """By name or id, as somebody says it. ``workspace``: in which it is looked for; None: in all that they see."""

    key: str
    workspace: str | None = None


def the_one_of(rows: Sequence[RowMapping], named: Named, what: str) -> RowMapping | None:
    """Of several with this name, the one of the default workspace.

    Args:
        rows: the one with this id first, then that of the default workspace.
        what: such as "schedule".

    Raises:
        BadInput: several workspaces have one of this name, and the default one has none.
    """
    row = rows[0] if rows else None
    if row is None or len(rows) == 1 or row["instance"] == DEFAULT or str(row.get("id")) == named.key:
        return row
    names = ", ".join(each["instance"] for each in rows)
    raise BadInput(
        f"Several workspaces have a {what} of this name. Say in which one: {names}.",
        [("workspace", f"must be one of {names}")],
    )
