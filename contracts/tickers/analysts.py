"""Tells the bank that judges another company from news of the bank: "UBS raises Nvidia PT to $200" is about Nvidia."""

import re

#: Symbols of banks, brokers and an agency that judge others.
BANKS = frozenset("BAC BCS BMO C CS DB EVR GS HSBC ING JEF JPM LAZ MCO MS MUFG NMR PIPR RJF RY SF TD UBS WFC".split())
_VERB = (
    r"(?:raise[sd]?|hikes?|lifts?|lifted|boosts?|boosted|ups|upped|increase[sd]?|cuts?|lowers?|lowered|trims?|trimmed"
    r"|slashe[sd]|reduce[sd]?|sets?|adjusts?|adjusted|maintains?|maintained|reiterate[sd]?|keeps|affirms|initiate[sd]?"
    r"|starts|started|begins|resume[sd]?|assume[sd]?|launche[sd]|names|named|adds|removes|sees)"
)
#: Behind a verb: somebody judges the bank, "BAC raised to buy at Piper".
_OF_ITSELF = r"(?!\s+(?:to|at|from|with|by|as|top)\b)"
_RATING = (
    r"(?:(?:strong )?(?:buy|sell)|hold|neutral|overweight|underweight|outperform|underperform|equal[- ]?weight"
    r"|(?:market|sector|peer)[- ]?perform)"
)
#: A target in billions is the bank's own.
_JUDGED = (
    r"(?:price (?:targets?|objectives?)|target prices?|\bPTs?\b|\btarget on\b"
    r"|\btarget to \$\d[\d,.]*+(?!\s?(?:billion|million|bn|mln|[bm]\b))|\bratings? (?:on|of|for)\b"
    r"|\bcoverage (?:of|on)\b|\bto junk\b(?! (?:bonds?|debt|credit)\b)"
    r"|\bcredit ratings?\b(?! (?:fees?|business|unit|arm|revenues?|sales)\b)"
    # Of a country or a company, but not its own "on Strong Demand".
    r"|\boutlook on (?!(?:strong|robust|solid|weak|higher|lower|rising|falling|record|debt|bond|demand|ai)\b)"
    r"(?-i:[A-Z])"
    rf"|\b(?:to|at|with(?: an?)?) [\"'\u201c]?{_RATING}(?=\s*(?:$|[.,;)\"'\u201d]|from\b|rating\b))"
    rf"|\b{_RATING} (?:rating )?on\b|\btop picks?\b)"
)
#: Up to what is judged. Behind a comma something else begins, unless it is the target: "to Reduce, price target $120".
_UP_TO = r"(?:(?!\.\s)[^,;!?\n]|,(?=\d|\s(?:price target|PT) (?:to |of |at )?\$\d)){0,80}?"
_BEHIND = re.compile(
    r"(?:['\u2019]s?)?(?:\s+(?i:analysts?|strategists?|economists?)\b"
    r"|\s+(?i:(?:double[- ])?(?:up|down)grade[sd]?)\s+(?!(?i:its|their|his|her|the|to|at|by|from|on|with)\b)(?=[A-Z$])"
    r"|\s+(?i:(?:is |stays |remains )?(?:bullish|bearish|positive|cautious) on|likes|prefers|recommends)\s+(?=[A-Z$])"
    rf"|\s+(?i:{_VERB}\b{_OF_ITSELF}{_UP_TO}{_JUDGED}))"
)
_JUDGE = r"(?:analysts?|strategists?|economists?)"
_BEFORE = re.compile(
    r"(?:\b(?:upgraded|downgraded|initiated|reiterated|rated)\b[^;!?\n]{0,60}\b(?:at|by)"
    # "Raised to Buy at UBS", but not "1,000 jobs cut at UBS" or "Wages raised to $25 at UBS".
    r"|\b(?:started|cut|raised|lifted|lowered) (?:to|from|at|with|as) (?!\$)[^;!?\n]{0,60}\b(?:at|by)"
    r"|\btarget (?:raised|lifted|hiked|boosted|cut|lowered|trimmed)\b[^;!?\n]{0,60}\b(?:at|by)"
    # "Price target of GS" is the bank's.
    r"|\b(?:price target|target price|PT|rating|coverage)\b[^;!?\n]{0,60}\b(?:at|by|from)"
    rf"|\baccording to(?: {_JUDGE} (?:at|of))?|\b{_JUDGE} (?:at|of|from|with))\s+$",
    re.IGNORECASE,
)
#: "Analyst at Goldman Sachs charged with insider trading" is news of the bank.
_ACCUSED = re.compile(
    r"\s+(?:(?:is|was|are|were|has been) )?(?:charged|accused|arrested|indicted|convicted|jailed|fined|fired|sued)\b",
    re.IGNORECASE,
)


def is_analyst(text: str, start: int, end: int) -> bool:
    """Whether the bank that is named between these places judges a company there."""
    behind = text[end : end + 140]
    if _BEHIND.match(behind):
        return True
    return bool(_BEFORE.search(text[max(start - 120, 0) : start])) and not _ACCUSED.match(behind)
