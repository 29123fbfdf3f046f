"""Reads "all tickers on my watchlist": every ticker that is on it now. Which of them some words mean is asked."""

import re
from collections.abc import Sequence

from intake.exceptions import NEGATION
from intake.sentence import Sentence, pattern
from intake.times.days import COUNT

FIELD = "ticker"
#: A sentence is about no more of them.
MOST = 200

_LIST = r"watch[ -]?lists?(?:'s)?"
_MINE = r"(?:(?:my|our|the|this) )?(?:(?:whole|entire|full|complete|current) )?"
_KIND = r"(?:tickers?|stocks?|symbols?|shares?|names?|company|companies)"
_WHICH_ARE = r"(?:(?:that|which) (?:are|is) |that's )?"
_WHOLE = pattern(
    rf"(?:(?:all|everything|(?:each|every)(?: single| one)?)(?: of)? )?(?:(?:(?:the|my|our|those|these) )?{_KIND} )?"
    rf"{_WHICH_ARE}(?:(?:on|in|from|of|for|across) )?{_MINE}{_LIST}(?: {_KIND})?"
)
_SOME = (
    rf"(?:(?:the )?(?:first|second|third|last|latest|newest|top|best|worst|biggest|hottest|other|same)(?: {COUNT})?"
    rf"|{COUNT}|some|any|(?:a )?few|several|most|half|many|another|part|one)"
)
#: Not all of them, and nobody knows which.
_PART = pattern(
    rf"{_SOME} (?:of (?:(?:all|the|my|our|those) )*(?:{_KIND} (?:on|in|from|of) )?"
    rf"|{_KIND} {_WHICH_ARE}(?:on|in|from|of) ){_MINE}{_LIST}"
)
_ALL = "all tickers on my watchlist"
#: Of several, nobody knows which.
_ONE = re.compile(r"(?:(?:the|my|our)\s+)?(?:ticker|stock|symbol|share|name|company)\b", re.IGNORECASE)
_TOO_MANY = (
    f"it has more than {MOST} tickers, and a sentence is about {MOST} at most. Name some of them; for all, "
    "`clawdbot schedules add NAME TYPE --watchlist` makes a schedule."
)
_PUT_ONE = "`clawdbot tickers add NVDA`, /watch NVDA by chat, or the page Tickers"


def speaks_of_it(text: str) -> bool:
    """Whether the tickers of the watchlist are needed to read this."""
    return re.search(_LIST, text, re.IGNORECASE) is not None


def read_watchlist(sentence: Sentence, tickers: Sequence[str]) -> None:
    """``tickers``: all of the watchlist, or more than `MOST` of them."""
    for found in sentence.find(_PART):
        _ask_which(sentence, found)
    for found in sentence.find(_WHOLE):
        if without := NEGATION.search(sentence.text, 0, found.start()):
            _ask(sentence, (without.start(), found.end()), "which tickers, then? Name those that are wanted.")
        elif _ONE.match(found[0].strip()):
            _ask_which(sentence, found)
        elif not tickers:
            _ask(sentence, found.span(), f"the watchlist is empty. Put tickers on it ({_PUT_ONE}), or name them here.")
        elif len(tickers) > MOST:
            _ask(sentence, found.span(), _TOO_MANY)
        else:
            for each in tickers:
                sentence.take(FIELD, each, found.span())


def _ask_which(sentence: Sentence, found: re.Match[str]) -> None:
    why = f"which of them? Name them, or say '{_ALL}'."
    _ask(sentence, found.span(), why, sentence.instead(found.span(), _ALL))


def _ask(sentence: Sentence, span: tuple[int, int], why: str, *answers: str) -> None:
    sentence.ask(FIELD, f'"{sentence.words(span).strip(" ,")}": {why}', span, answers)
