"""Tells a word that is in capitals because somebody is loud from the symbol with the same letters.

"I really CARE about this" is not Carter Bankshares. Told by the grammar before it: no symbol follows "I really", or an
article, unless something of the trade stands behind.
"""

import re

_ADVERBS = r"(?:really|truly|just|actually|all|also|still|always|never|only|even|simply|deeply|totally|absolutely)"
_HELPERS = (
    r"(?:do|does|did|would|will|can|could|should|must|might|may|have|has|had)(?:n['\u2019]?t|\s+not)?"
    r"|can['\u2019]?t|cannot|won['\u2019]?t"
)
_WHO = r"(?:I|we|they|he|she)(?:['\u2019](?:d|ll|ve|re))?"
_SOMEBODY = rf"(?:{_WHO}|you|it|who|people|nobody|everybody|everyone|somebody|anyone|anybody|investors|politicians)"
_BEFORE = re.compile(
    rf"(?:\b{_WHO}|\b{_SOMEBODY}\s+(?:(?:{_HELPERS}|{_ADVERBS})\s+)*(?:{_HELPERS}|really|truly|actually|never)"
    r"|(?<=[\w,]\s)\b(?:do|does|did|would|should|could|must|can|will)(?:n['\u2019]?t|\s+not|\s+really|\s+even)"
    r"|\b(?:an?|the|every|each|these|those|such|this|our|their|his|her|your)(?:\s+(?-i:[A-Z]{2,}))?"
    r"|\b(?:very|truly|extremely|completely|pretty|incredibly|please|let['\u2019]?s|gonna|gotta|wanna))\s+$",
    re.IGNORECASE,
)
#: Loud words are not alone. Longer ones than symbols are, and such as stand before what is meant.
_LOUD_BEFORE = re.compile(r"(?:\b[A-Z]{6,}|\b(?:GO|OH|SO|NOT|VERY|TOO|HOW|TAKE))\s$")
_TO = re.compile(r"\bto\s+$", re.IGNORECASE)
_OBJECT = re.compile(r"\s+(?:you|me|us|him|them|it|about|the|an?|my|your|this|that|everyone|people)\b")
#: Of the trade, right behind: "the META earnings", "this TEAM position".
_TRADED = re.compile(
    r",\s(?-i:[A-Z]{2,5})\b|\s+(?:(?:weekly|\d{1,2}/\d{1,2})\s+)?(?:calls?|puts?|shares?|stocks?|earnings|er\b"
    r"|options?|leaps|positions?|holders?|bag ?holders?|holdings?|longs?|shorts?|bulls?|bears?|dip|charts?|price|trade"
    r"|trades|trading|gains?|loss(?:es)?|news|reports?|results|guidance|thesis|DD|investors?|squeeze|rally|run|move|pump"
    r"|dump|drop|crash|spike|pullback|breakout|correction|play|plays|lawsuit|merger|ticker|symbol|bets?|side|etfs?|\$?\d)",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:buy\w*|bought|sell\w*|sold|long|short(?:ed|ing)?|own(?:ed|ing|s)?|hold(?:ing|s)?|held|calls?|puts?|shares|"
    r"stock|position|trim\w*|add(?:ed|ing)?|bullish|bearish|into)\b[^.!?\n]{0,25}$",
    re.IGNORECASE,
)


def is_emphasis(text: str, start: int, end: int) -> bool:
    """Whether the word between these places, one that exists in small letters, is only said louder than others."""
    before, behind = text[max(start - 60, 0) : start], text[end : end + 30]
    if _HELD.search(before):
        return False
    if _LOUD_BEFORE.search(before):
        return True
    if _TRADED.match(behind):
        return False
    return bool(_BEFORE.search(before) or (_TO.search(before) and _OBJECT.match(behind)))
