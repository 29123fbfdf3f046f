"""Scans crawled posts for symbols, one scan at a time per process; cached for a moment, as one takes seconds."""

import asyncio
import time
from dataclasses import dataclass

from contracts.tickers.mentions import readable_bare
from db.records.mentions import Counted, count_mentions, known_symbols
from db.session import Database

_TTL_SECONDS = 10.0


@dataclass(frozen=True)
class Scan:
    counted: Counted
    #: On the watchlist, or ever collected; and whether it is tracked.
    known: dict[str, bool]


class Scans:
    """However many ask, Postgres reads the texts once."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._kept: dict[tuple[int, frozenset[str]], tuple[Counted, float]] = {}

    async def scan(self, database: Database, hours: int) -> Scan:
        """Which symbols the posts of the last ``hours``, and of as many before, name how often."""
        async with self._one, database.transaction() as connection:
            known = await known_symbols(connection)
            asked = (hours, frozenset(readable_bare(known)))
            counted = self._remembered(asked)
            if counted is None:
                counted = await count_mentions(connection, *asked)
                self._kept[asked] = (counted, time.monotonic())
            return Scan(counted, known)

    def _remembered(self, asked: tuple[int, frozenset[str]]) -> Counted | None:
        now = time.monotonic()
        self._kept = {key: kept for key, kept in self._kept.items() if now - kept[1] < _TTL_SECONDS}
        return self._kept[asked][0] if asked in self._kept else None
