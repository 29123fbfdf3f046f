"""Fills in the names of companies, for crawls of feeds that write "Nvidia" and not NVDA.

What somebody wrote on the watchlist comes first, then what the SEC calls the company whose filings were collected. Of
the latter a name of one word is left out: Target, Block and Visa are words of headlines, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.task_types import TASK_TYPES
from contracts.tickers.companies import spoken
from db.records.company_names import known_names

#: Longest that params take.
_MOST = 200


def without_names(tasks: Sequence[tuple[str, dict[str, Any], Sequence[Any]]]) -> list[tuple[dict[str, Any], str]]:
    """Of these tasks (type, params, follow-ups) and all that follow them: params that lack a name, and its field."""
    return [
        (params, TASK_TYPES[type_].company) for type_, params in with_follow_ups(tasks) if _lacks_name(type_, params)
    ]


async def fill_names(connection: AsyncConnection, lacking: Sequence[tuple[dict[str, Any], str]]) -> None:
    """Add to these params what is known."""
    if not lacking:
        return
    names = {row["ticker"]: row for row in await known_names(connection, sorted({p["ticker"] for p, _ in lacking}))}
    for params, field in lacking:
        row = names[params["ticker"]]
        if name := row["name"] or _of_register(row["registered"] or ""):
            params[field] = name[:_MOST]


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
