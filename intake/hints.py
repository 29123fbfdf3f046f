"""Phrases the question about words that no rule understood."""

import re
from difflib import get_close_matches

from intake.tickers import CLOSE, COMPANIES

_REPEATED = "a sentence makes tasks that run once; repeated ones need a schedule. Leave it out."
_EXCEPTIONS = (
    "this changes the meaning in a way that is not understood. Say what is wanted, without exceptions and conditions."
)
_ELSE = "not understood. Leave it out, or say it differently."
_TICKER_OR_ELSE = "not understood. If this is a ticker, write it with a $; if not, leave it out or say it differently."

#: The first that one of the words is, decides.
_HINTS = (
    (r"every(?:day|body)?|each|daily|hourly|weekly|monthly|weekdays|recurring|regularly|always", _REPEATED),
    (r"\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?", "day or month first? Write dates like 3 June 2026 or 2026-06-03."),
    (r"not|no|without|except|excluding|but|don't|never|unless|if|or", _EXCEPTIONS),
    (r"before|by|until|till|after|deadline", "no end can be set here. Name the start, like 'tomorrow at 8'."),
    (r"today|all|everything|ever", "which days? Say it like 'last 30 days' or 'since March'."),
    (r"google|alphabet", "write $GOOG or $GOOGL."),
    (r"est|edt|pst|pdt|cst|cdt|cet|cest|et|pt|bst", "which time zone? Leave it out, or give the time in UTC."),
    (r"\S+\.(?:com|org|net|io|gov|co|de)(?:/\S*)?", "write the whole address, with https://."),
    (r"high|low|normal|medium|important|critical", "if this is the priority, write it like 'high priority'."),
    (r"x", "the ticker or the network? Write $X or Twitter."),
    (r"stocks|options|investing", "if this is a subreddit, write it like r/stocks."),
    (r"(?-i:[A-Z]{1,6})", "if this is a ticker, write it with a $; if not, leave it out."),
)


def hint(words: str) -> str:
    """A sentence that says how to say it, as far as that can be known."""
    meant = get_close_matches(words.lower(), COMPANIES, n=1, cutoff=CLOSE)
    if meant:
        return f"is ${COMPANIES[meant[0]]} meant? Write it with a $."
    for known, sentence in _HINTS:
        if any(re.fullmatch(known, each, re.IGNORECASE) for each in words.split()):
            return sentence
    return _TICKER_OR_ELSE if re.fullmatch(r"[a-z]{2,5}", words) else _ELSE
