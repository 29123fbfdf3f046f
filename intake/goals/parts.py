"""Takes a goal apart where it says "then", so that each part is a sentence that the rules know."""

import re
from collections.abc import Sequence

from contracts.tasks.plain_language import ParsedText

#: A plan of rules has no more.
MOST_PARTS = 10
#: White space around a word is taken away afterwards: looked for on both sides, a thousand spaces take a minute.
_THEN = re.compile(r"\b(?:and\s+)?(?:then|afterwards|after that|when that is done|once that is done)\b", re.IGNORECASE)
_REPEATED = re.compile(
    r"\b(?:daily|hourly|weekly|nightly|(?:every|each)\s+(?:day|morning|evening|night|hour|week|weekday|month))\b",
    re.IGNORECASE,
)


def parts_of(goal: str) -> list[str]:
    """The sentences of a goal, in the order in which they are to be done."""
    return [part for each in _THEN.split(goal) if (part := each.strip(" \t\r\n,;."))]


def once(goal: str) -> tuple[str, str | None]:
    """The goal without the words that repeat it, and these."""
    found = _REPEATED.search(goal)
    if found is None:
        return goal, None
    return "".join(each.rstrip(" \t\r\n,") for each in _REPEATED.split(goal)).strip(), found[0]


def about(part: str, tickers: Sequence[str]) -> str:
    """The same sentence about these tickers."""
    return f"{part} for {' and '.join(f'${each}' for each in tickers)}"


def tickers_of(parsed: ParsedText) -> list[str]:
    """What the tasks of a sentence are about, each once."""
    return list(dict.fromkeys(str(each.params["ticker"]) for each in parsed.tasks if "ticker" in each.params))
