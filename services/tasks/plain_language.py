"""A sentence becomes submissions: the rules of `intake`, with clock, time zone and watchlist of this server."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.plain_language import ParsedText
from contracts.tasks.requests import Submission
from db.records.watchlist import watched_among
from intake.parse import parse
from intake.tickers import candidates
from services.errors import BadInput


async def read_text(connection: AsyncConnection, text: str, timezone: str) -> ParsedText:
    """What the sentence means now; nothing is created."""
    watched = await watched_among(connection, sorted(candidates(text)))
    return parse(text, datetime.now(ZoneInfo(timezone)), watched)


def submissions_of(parsed: ParsedText) -> list[Submission]:
    """The tasks of a sentence.

    Raises:
        BadInput: a question is open; ``errors`` has all of them.
    """
    if parsed.questions:
        asked = [(f"text.{each.field}" if each.field != "text" else "text", each.question) for each in parsed.questions]
        raise BadInput("Nothing was created; this has to be answered first: " + " ".join(q for _, q in asked), asked)
    return [Submission.model_validate(each.model_dump()) for each in parsed.tasks]
