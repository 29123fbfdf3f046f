"""Names the shares under which a feed files a story, beside its words: `Nasdaq:NVDA`, `$NVDA`.

Releases often have their company's symbol there only. Capitals alone are mostly a subject: CRM, DNA, HIV, ERP.
"""

import re
from collections.abc import Iterable

from contracts.tickers.mentions import mention_of

#: Keywords of everything else come in hundreds.
_MOST = 60
_LISTED = re.compile(r"[A-Za-z]+ ?: ?[A-Z][A-Z.\-]{0,6}")
_BARE = re.compile(r"\$?[A-Z]{1,5}(?:[.\-][A-Z])?")
_OF_SHARES = re.compile(r"stock|symbol|ticker", re.IGNORECASE)


def symbols_of(tags: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What of the categories (the word, and whose word it is) names a share, so that `is_filed_under` reads it."""
    found: dict[str, None] = {}
    for term, scheme in tags:
        written = term.strip()
        if _LISTED.fullmatch(written):
            found[written] = None
        elif _BARE.fullmatch(written) and (written.startswith("$") or _OF_SHARES.search(scheme)):
            found[f"${written.lstrip('$')}"] = None
    return tuple(found)[:_MOST]


def is_filed_under(ticker: str, symbols: Iterable[str]) -> bool:
    """Whether one of them is the ticker."""
    return any(mention_of(ticker).search(each) for each in symbols)
