"""Names the shares under which a feed files a story, beside its words: `Nasdaq:NVDA`, `$NVDA`.

Releases often have their company's symbol there only. Capitals alone are mostly a subject: CRM, DNA, HIV, ERP.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from contracts.tickers.exchanges import ABROAD
from contracts.tickers.mentions import EXCHANGE, mention_of

#: Keywords of everything else come in hundreds.
_MOST = 60
#: "Category: CRM" is a subject.
_LISTED = re.compile(
    rf"(?:(?:Other )?(?:{EXCHANGE}|{ABROAD}|OTCPK|Euronext)(?: Pink| Markets| MKT)?|(?i:tickers?|symbols?|stocks?))"
    r" ?: ?[A-Z][A-Z.\-]{0,6}"
)
_BARE = re.compile(r"\$?[A-Z]{1,5}(?:[.\-][A-Z])?")
#: The last part of a path; a host may be called so, and "restocking" is something else.
_OF_SHARES = re.compile(
    r"(?:.*[^a-z])?(?:stocks?|(?:stock|ticker|company)?[-_]?symbols?|(?:stock)?[-_]?tickers?)", re.IGNORECASE
)


def symbols_of(tags: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What of the categories (the word, and whose word it is) names a share, so that `is_filed_under` reads it."""
    found: dict[str, None] = {}
    for term, scheme in tags:
        written = term.strip()
        if _LISTED.fullmatch(written):
            found[written] = None
        elif _BARE.fullmatch(written) and (written.startswith("$") or _is_of_shares(scheme)):
            found[f"${written.lstrip('$')}"] = None
    return tuple(found)[:_MOST]


def _is_of_shares(scheme: str) -> bool:
    try:
        path = urlsplit(scheme).path
    except ValueError:
        return False
    return bool(_OF_SHARES.fullmatch(path.rstrip("/").rpartition("/")[2]))


def is_filed_under(ticker: str, symbols: Iterable[str]) -> bool:
    """Whether one of them is the ticker."""
    return any(mention_of(ticker).search(each) for each in symbols)
