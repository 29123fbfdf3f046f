"""A sentence becomes submissions: the rules of `intake`, with clock, time zone and watchlist of this server."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.plain_language import ParsedText
from contracts.tasks.requests import Submission
from contracts.tickers.listed import listed_in
from db.records.watchlist import list_tickers, watched_among
from db.workspaces.scope import current_scope
from intake.parse import parse
from intake.tickers import candidates
from intake.times import days
from intake.watchlist import MOST, speaks_of_it
from services.errors import BadInput, WatchlistNotShown


def warm_up(companies: Path | None) -> None:
    """Load what sentences need, before somebody waits for it."""
    listed_in(companies)
    days.warm_up()


async def read_text(connection: AsyncConnection, text: str, timezone: str, companies: Path | None) -> ParsedText:
    """What the sentence means now; nothing is created. ``companies``: the SEC's list, if not the shipped one."""
    watched = await watched_among(connection, sorted(candidates(text)))
    watchlist = await watchlist_for(connection, text)
    return parse(text, datetime.now(ZoneInfo(timezone)), watched, listed_in(companies), watchlist)


async def watchlist_for(connection: AsyncConnection, text: str) -> list[str]:
    """All of its tickers, where the sentence speaks of it; of one that is too long for a sentence, one too many.

    Raises:
        WatchlistNotShown: it does, and the caller is a member of workspaces.
    """
    if not speaks_of_it(text):
        return []
    if current_scope() is not None:
        raise WatchlistNotShown(errors=[("text", "speaks of the watchlist")])
    return [row["ticker"] for row in await list_tickers(connection, tracked=None, after=None, limit=MOST + 1)]


def submissions_of(parsed: ParsedText) -> list[Submission]:
    """The tasks of a sentence.

    Raises:
        BadInput: a question is open; ``errors`` has all of them.
    """
    if parsed.questions:
        asked = [(f"text.{each.field}" if each.field != "text" else "text", each.said) for each in parsed.questions]
        raise BadInput("Nothing was created; this has to be answered first: " + " ".join(q for _, q in asked), asked)
    return [Submission.model_validate(each.model_dump()) for each in parsed.tasks]
