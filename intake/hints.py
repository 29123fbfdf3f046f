"""Phrases the question about words that no rule understood, and finds what may be meant instead."""

import re
from dataclasses import dataclass

from contracts.tickers.listed import Listed
from contracts.tickers.spelling import canonical
from contracts.tickers.words import COMMON_WORDS
from intake.companies import COMPANIES
from intake.tickers import nearly_named
from intake.vocabulary import meant_word

_REPEATED = (
    "a sentence makes tasks that run once; a schedule repeats them: `clawdbot add` makes one of such a sentence. Or "
    "leave it out; what is on the watchlist is kept fresh by the agent."
)
_EXCEPTIONS = (
    "this changes the meaning in a way that is not understood. Say what is wanted, without exceptions and conditions."
)
_ELSE = "not understood. Leave it out, or say it differently."
_TICKER = "if this is a ticker, write it with a $; if not, leave it out."
_TICKER_OR_ELSE = "not understood. If this is a ticker, write it with a $; if not, leave it out or say it differently."
_EVERYTHING = "reddit, tweets, news and filings"

_WEIGHTY = re.compile(
    r"\d.*|(?:minute|hour|day|week|month|quarter|year|half|first|second|third|more|less|fewer|than|over|under|above|below"
    r"|from|by|negative|positive|bad|good)(?:s|ly)?",
    re.IGNORECASE,
)
#: For what is asked, not taken: APPLE with two letters changed places.
_CLOSE = 0.8

#: The first that one of the words is, decides.
_HINTS = (
    (r"every(?:day|body)?|each|daily|hourly|weekly|monthly|weekdays|recurring|regularly|always", _REPEATED),
    (r"\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?", "day or month first? Write dates like 3 June 2026 or 2026-06-03."),
    (r"or", "is each of them wanted? Then say 'and'."),
    (r"(?:19|20)\d\d", "which days? Say it like 'in 2025' or 'since 2024'."),
    (r"not|no|without|except|excluding|but|don't|never|unless|if", _EXCEPTIONS),
    (r"before|by|until|till|after|deadline", "no end can be set here. Name the start, like 'tomorrow at 8'."),
    (r"everything", "from which sources? Say it like 'reddit, tweets, news and filings'."),
    (r"today|all|ever", "which days? Say it like 'last 30 days' or 'since March'."),
    (
        r"est|edt|pst|pdt|cst|cdt|cet|cest|et|pt|bst",
        "which time zone? Write it behind the time, like 9am New York time.",
    ),
    (r"\S+\.(?:com|org|net|io|gov|co|de)(?:/\S*)?", "write the whole address, with https://."),
    (
        r"upvotes?|likes|karma|scores?|retweets",
        "posts are not chosen by their score; say 'top 50 posts' for those with the highest.",
    ),
    (r"worst|lowest|least", "posts come newest first, or of Reddit the best: say 'top 50 posts'."),
    (
        r"english|german|french|spanish|language",
        "the language of what is collected cannot be chosen. Leave it out.",
    ),
    (r"bitcoin|btc|ethereum|eth|crypto|cryptocurrency", "only what is traded like a stock; $IBIT is a Bitcoin fund."),
    (r"high|low|normal|medium|important|critical", "if this is the priority, write it like 'high priority'."),
    (r"x", "the ticker or the network? Write $X or Twitter."),
    (r"top|best", "how many? Say it like 'top 50 posts'; the best are those with the highest score."),
    (r"stocks|options|investing", "if this is a subreddit, write it like r/stocks."),
    (r"bullish|bearish|mood|vibe|vibes|opinion|opinions|feeling|feelings|think|thinks", "is the sentiment meant?"),
)


@dataclass(frozen=True)
class Hint:
    """What to say of words, and what may stand in their place; none if that cannot be known."""

    text: str
    instead: tuple[str, ...] = ()


def hint(words: str, listed: Listed) -> Hint:
    """A sentence that says how to say it, as far as that can be known."""
    if found := _company(words, listed) or (_symbol(words, listed) if words.isupper() else None):
        return found
    for known, sentence in _HINTS:
        if any(re.fullmatch(known, each, re.IGNORECASE) for each in words.split()):
            return Hint(sentence, _instead(words))
    if found := _slip(words) or _symbol(words, listed) or _by_name(words, listed):
        return found
    if any(re.fullmatch(r"[A-Z]{1,6}", each) for each in words.split()):
        return Hint(_TICKER)
    # Only who wrote it can say whether it matters; where it surely does, nothing is offered.
    without = () if any(_WEIGHTY.fullmatch(each) for each in words.split()) else ("",)
    return Hint(_TICKER_OR_ELSE if re.fullmatch(r"[a-z]{2,5}", words) else _ELSE, without)


def is_known(words: str) -> bool:
    """Whether one of the words is often tried, so that there is something to say of it."""
    return any(re.fullmatch(known, each, re.IGNORECASE) for known, _ in _HINTS for each in words.split())


def _company(words: str, listed: Listed) -> Hint | None:
    name = nearly_named(words) or (nearly_named(words, _CLOSE) if " " not in words else None)
    if name is None or meant_word(words) is not None:
        return None
    symbols = list(dict.fromkeys([COMPANIES[name], *([canonical(words)] if canonical(words) in listed.names else [])]))
    meant = " or ".join(f"${each}" for each in symbols)
    return Hint(f"is {meant} meant? Write it with a $.", tuple(f"${each}" for each in symbols))


def _slip(words: str) -> Hint | None:
    """Misspelt words of the language."""
    meant = [meant_word(each) for each in words.split()]
    if not any(meant):
        return None
    better = " ".join(said or each for said, each in zip(meant, words.split(), strict=True))
    return Hint(f'is "{better}" meant?', (better,))


def _symbol(words: str, listed: Listed) -> Hint | None:
    """One word that is a symbol, too: it may be meant, or not."""
    symbol = canonical(words)
    if symbol not in listed.names or not re.fullmatch(r"[A-Za-z.\-/]{1,7}", words) or words in ("a", "i", "x", "X"):
        return None
    if words != words.upper() and (symbol in COMMON_WORDS or (len(symbol) < 3 and symbol not in listed.well_known)):
        return None
    name = listed.called(symbol)
    return Hint(
        f"is ${symbol} ({name}) meant? Write it with a $ if this is a ticker; if not, leave it out.", (f"${symbol}",)
    )


def _by_name(words: str, listed: Listed) -> Hint | None:
    symbols = listed.by_name.get(words.casefold(), [])[:3]
    if not symbols:
        return None
    shown = " or ".join(f"${each} ({listed.called(each)})" for each in symbols)
    return Hint(f"is {shown} meant? Write it with a $.", tuple(f"${each}" for each in symbols))


def _instead(words: str) -> tuple[str, ...]:
    if words.lower() == "or":
        return ("and",)
    if re.fullmatch(r"(?:19|20)\d\d", words):
        return (f"in {words}", f"since {words}")
    if words.lower() == "everything":
        return (_EVERYTHING,)
    if words.lower() in ("bitcoin", "btc"):
        return ("$IBIT",)
    if words.lower() in ("top", "best"):
        return tuple(f"{words} {number}" for number in (10, 50))
    if words.lower() in ("bullish", "bearish", "mood"):
        return ("sentiment",)
    return ()
