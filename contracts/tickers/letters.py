"""Decides whether a single capital letter means a share: F, T and V do, beside words of the trade only.

A letter by itself is far more often something else: an initial, a unit, a class, a vitamin, a question and its answer.
So it is not enough that a text is about shares: what stands right beside the letter has to say it.
"""

import re

from contracts.tickers.words import COMMON_WORDS

#: Classes of shares, not symbols: "H shares".
_CLASSES = frozenset("ABCH")
#: Before it, something counts it, names it, or makes a unit or a word of it.
_NO_SYMBOL_BEFORE = re.compile(
    r"(?:\b(?:class|series|plan|vitamin|grade|type|press|section|exhibit|schedule|appendix|option|model|part|rule|item|"
    r"letter|hepatitis|tier|round|gen|generation|version|step|phase|group|team|unit|the|an?)\s+"
    r"|[.'\u2019&+$\u20ac\u00a3/\-]\s?|\d\s?)$",
    re.IGNORECASE,
)
_NO_SYMBOL_BEHIND = re.compile(
    r"[&+*]|[-/][A-Za-z0-9]|\.\s?(?:[A-Z]\b|[a-z])|[:\u2019']\S?|\.\s[A-Z][a-z]+\b(?=\s+[a-z]+s\b)"
)
_TRADED = re.compile(
    r"\)?\s+(?:\d{1,2}/\d{1,2}\s+)?\$?(?:\d+(?:\.\d+)?\s?[cpCP]\b|(?:\d+\s+)?(?:calls?|puts?|leaps|stock|shares?|dividends?"
    r"|earnings|guidance|outlook|options|position|bonds|price target|DD|10-[KQ]|8-K)\b)"
)
#: Behind these is what somebody trades, or looks at.
_HELD = re.compile(
    r"\b(?:long|short(?:ing)?|buy(?:ing|s)?|bought|sell(?:ing|s)?|sold|own(?:ing|s)?|hold(?:ing|s)?|held|add(?:ing|ed)?|"
    r"trimm(?:ed|ing)|love|like|looking at|watching|eyeing|(?:lost|made|up|down)\s+[$\d.,]+k?\s+on|"
    r"(?:calls?|puts?|shares?|position|stake|leaps|stock|bullish|bearish|invest(?:ed|ing)?)\s+(?:of|on|in))"
    r"\s+(?:(?:half|most|all|the rest) of my\s+|more\s+|some\s+|my\s+|\d[\d,.]*\s+shares of\s+)?\(?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:$|[,;!?)\n@/]|\.(?:\s|$)|\s\$?\d|\s(?:at|and|or|for|since|because|is|was|today|with|too|again|here|now|on|in|"
    r"before|after|until|near|calls?|puts?|when|if|but|as|than|instead)\b)"
)
_COMPARED = re.compile(r"\b(?:compared (?:with|to)|versus|vs\.?|rather than)\s+$", re.IGNORECASE)
_RATED = re.compile(r"\b(?:cuts?|upgrad\w+|downgrad\w+|initiat\w+|rates?|raise[sd]?|lower(?:s|ed)?)\s+$", re.IGNORECASE)
_RATING = re.compile(
    r"\s+(?:to|at|as)\s+(?:an?\s+)?(?:buy|hold|sell|neutral|overweight|underweight|outperform|market)\b", re.IGNORECASE
)
_ASKED = re.compile(r"(?:^|[.!?\n:]\s*)(?:is|will|can|should|does|did|why is|what about)\s+$", re.IGNORECASE)
_PRICED = re.compile(
    r"\s+(?:priced|cheap|dead|done|undervalued|overvalued|a (?:buy|sell|hold|good buy|value)|going|worth|fall|rise|drop"
    r"|recover|beat|miss|still a)\b"
)
_OTHER = r"\$?([A-Z]{2,5})"
_LISTED_BEFORE = re.compile(rf"{_OTHER}\s*(?:,|/|,?\s(?:and|or|&))\s*$")
_LISTED_BEHIND = re.compile(rf"\s*(?:,|/|,?\s(?:and|or|&)\s)\s*{_OTHER}\b")
_BEGINS = re.compile(
    r"(?:^|[.!?\n:;(\u201c\"\u2014-]|\b(?:and|but|because|think|if|that|when|so|since|while|says?))\s*$"
)
_DOES = re.compile(
    r"\s+(?:(?:is|was|has|will|reports?|reported|beats?|beat|misse[sd]|pays|paid|yields|hits?|drops?|dropped|jump(?:s|ed)"
    r"|falls?|fell|rises?|rose|rall(?:y|ies|ied)|trades|closed|opened|guides?|guided|cuts?|raises?|raised)\b"
    r"|(?:at|to|up|down)\s+\$?\d)"
)
_MOVED = re.compile(r"\s*[(:]?\s*[+\u2212-]?\d[\d.,]*\s?%")

_MARKET = re.compile(
    r"(?i)\b(?:shares?|stocks?|calls?|puts?|earnings|guidance|sell|sold|buy|bought|own|cheap|pric\w+|long|short|hold|"
    r"holdings?|dip|quarter|analysts?|market|dividend|valu\w+|margins?|profits?|invest\w*|portfolio|trad\w+|lost|"
    r"bull\w*|bear\w*|watchlist|position|revenue|%)|\d%|\$\d"
)


#: Together they say that a share is meant.
_PAIRS = ((_HELD, _GOES_ON), (_RATED, _RATING), (_ASKED, _PRICED), (_COMPARED, re.compile(r"\s|$")))


def means_a_share(text: str, start: int, end: int) -> bool:
    """Whether the letter between these places is the symbol of a share."""
    head, tail = text[max(start - 60, 0) : start], text[end : end + 60]
    if _listed_beside_others(head, tail):
        return _MARKET.search(text) is not None
    if _NO_SYMBOL_BEHIND.match(tail) or _NO_SYMBOL_BEFORE.search(head.rstrip("(")):
        return False
    if found := _TRADED.match(tail):
        return not (text[start:end] in _CLASSES and "share" in found[0])
    if _MOVED.match(tail) or any(before.search(head) and behind.match(tail) for before, behind in _PAIRS):
        return True
    return bool(_BEGINS.search(head) and _DOES.match(tail) and _MARKET.search(text))


def _listed_beside_others(head: str, tail: str) -> bool:
    """ "T, VZ and TMUS": a symbol of several letters stands beside it."""
    others = [_LISTED_BEFORE.search(head), _LISTED_BEHIND.match(tail)]
    return any(found is not None and found[1] not in COMMON_WORDS for found in others)
