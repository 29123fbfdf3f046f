"""Fills in the names of companies, for crawls of feeds that write "Nvidia" and not NVDA.

What somebody wrote on the watchlist comes first, then what the SEC calls the company whose filings the workspace of the
task has collected. Of the latter a name of one word is left out: Target, Block and Visa are words of headlines, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.task_types import TASK_TYPES
from contracts.tickers.companies import spoken
from db.records.company_names import known_names

#: Longest that params take.
_MOST = 200


@dataclass(frozen=True)
class Lacking:
    """Params that lack the name of their company."""

    params: dict[str, Any]
    #: The one that the name is for.
    field: str
    workspace: str

    @property
    def about(self) -> tuple[str, str]:
        return self.params["ticker"], self.workspace


def without_names(tasks: Iterable[tuple[str, str, dict[str, Any], Sequence[Any]]]) -> list[Lacking]:
    """Of these tasks (workspace, type, params, follow-ups) and all that follow them: those that lack a name."""
    return [
        Lacking(params, TASK_TYPES[type_].company, workspace)
        for workspace, first, params_of_first, follow_ups in tasks
        for type_, params in with_follow_ups([(first, params_of_first, follow_ups)])
        if _lacks_name(type_, params)
    ]


async def fill_names(connection: AsyncConnection, lacking: Sequence[Lacking]) -> None:
    """Add to these params what is known where they are."""
    if not lacking:
        return
    rows = await known_names(connection, sorted({each.about for each in lacking}))
    names = {(row["ticker"], row["workspace"]): row for row in rows}
    for each in lacking:
        row = names[each.about]
        if name := row["name"] or _of_register(row["registered"] or ""):
            each.params[each.field] = name[:_MOST]


def with_follow_ups(tasks: Iterable[tuple[str, dict[str, Any], Sequence[Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Type and params of tasks (type, params, follow-ups) and of all that follow them."""
    for type_, params, follow_ups in tasks:
        yield type_, params
        yield from with_follow_ups((each["type"], each["params"], each["follow_ups"]) for each in follow_ups)


def _lacks_name(type_: str, params: dict[str, Any]) -> bool:
    field = TASK_TYPES[type_].company
    return bool(field) and field not in params and isinstance(params.get("ticker"), str)


def _of_register(name: str) -> str:
    return name if len(spoken(name).split()) > 1 else ""
