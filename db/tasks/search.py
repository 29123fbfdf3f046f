"""Text search over tasks: which words a row has, and how a person's words become a query."""

import re

from sqlalchemy import ColumnElement, func

#: Longest text that is indexed per task; a tsvector is limited to 1 MB.
LONGEST_WORDS = 20_000


def words_of(*parts: str | None) -> str:
    """What a text search looks at, for the `words` column."""
    return " ".join(_words(" ".join(part for part in parts if part)))[:LONGEST_WORDS]


def matches(column: ColumnElement[str], text: str) -> ColumnElement[bool] | None:
    """Every word must occur, the last one may be cut off ("reddit nvid"); None when there is no word.

    No stemming: tickers and ids must stay what they are. Only one may be cut off, because for such a one Postgres reads
    the places of every word that begins so (a million tasks, "reddit t1 topic5": 73 ms if all may, else 19 ms).
    """
    found = _words(text)
    if not found:
        return None
    query = func.to_tsquery("simple", " & ".join(found) + ":*")
    return func.to_tsvector("simple", column).bool_op("@@")(query)


def _words(text: str) -> list[str]:
    # Lower case already here: with the locale "C" Postgres knows the letters of English only.
    return re.findall(r"\w+", text.lower())
