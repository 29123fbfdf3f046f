"""Tells the bank that judges another company from news of the bank: "UBS raises Nvidia PT to $200" is about Nvidia."""

import re

#: Symbols of banks and brokers that judge others.
BANKS = frozenset("BAC BCS BMO C CS DB EVR GS HSBC ING JEF JPM LAZ MS MUFG NMR PIPR RJF RY SF TD UBS WFC".split())
_VERB = (
    r"(?:raise[sd]?|hikes?|lifts?|lifted|boosts?|boosted|ups|upped|increase[sd]?|cuts?|lowers?|lowered|trims?|trimmed"
    r"|slashe[sd]|reduce[sd]?|sets?|adjusts?|adjusted|maintains?|maintained|reiterate[sd]?|keeps|affirms|initiate[sd]?"
    r"|starts|started|begins|resume[sd]?|assume[sd]?|launche[sd]|names|named|adds|removes|sees)"
)
_RATING = (
    r"(?:(?:strong )?(?:buy|sell)|hold|neutral|overweight|underweight|outperform|underperform|equal[- ]?weight"
    r"|(?:market|sector|peer)[- ]?perform)"
)
#: A target in billions is the bank's own.
_JUDGED = (
    r"(?:price (?:targets?|objectives?)|target prices?|\bPTs?\b|\btarget on\b"
    r"|\btarget to \$\d[\d,.]*+(?!\s?(?:billion|million|bn|mln|[bm]\b))|\bratings? (?:on|of|for)\b"
    r"|\bcoverage (?:of|on)\b"
    rf"|\b(?:to|at|with(?: an?)?) [\"'\u201c]?{_RATING}(?=\s*(?:$|[.,;)\"'\u201d]|from\b|rating\b))"
    rf"|\b{_RATING} (?:rating )?on\b|\btop picks?\b)"
)
_BEHIND = re.compile(
    r"(?:['\u2019]s?)?(?:\s+(?i:analysts?|strategists?|economists?)\b"
    r"|\s+(?i:(?:double[- ])?(?:up|down)grade[sd]?)\s+(?!(?i:its|their|his|her|the|to)\b)(?=[A-Z$])"
    r"|\s+(?i:(?:is |stays |remains )?(?:bullish|bearish|positive|cautious) on|likes|prefers|recommends)\s+(?=[A-Z$])"
    rf"|\s+(?i:{_VERB})\b(?i:(?:(?!\.\s)[^;!?\n]){{0,80}}?{_JUDGED}))"
)
_JUDGE = r"(?:analysts?|strategists?|economists?)"
_BEFORE = re.compile(
    r"(?:\b(?:upgraded|downgraded|initiated|reiterated|started|rated|cut|raised|lifted|lowered)\b[^;!?\n]{0,60}\b(?:at|by)"
    r"|\b(?:price target|target price|PT|rating|coverage)\b[^;!?\n]{0,60}\b(?:at|by|from|of)"
    rf"|\baccording to(?: {_JUDGE} (?:at|of))?|\b{_JUDGE} (?:at|of|from|with))\s+$",
    re.IGNORECASE,
)


def is_analyst(text: str, start: int, end: int) -> bool:
    """Whether the bank that is named between these places judges a company there."""
    return bool(_BEHIND.match(text[end : end + 140]) or _BEFORE.search(text[max(start - 120, 0) : start]))
