"""Knows what else the letters of some symbols are called, mostly: futures (ES, CL), a newspaper (the NYT), food stamps
(SNAP), the beginning of another company's name (GE Vernova).
"""

import re
from functools import lru_cache

from contracts.tickers.analysts import BANKS, is_analyst

#: Contracts of futures exchanges that are symbols of companies as well.
_CONTRACTS = frozenset(
    "BZ CC CL CT DX ES FV GC GF HE HG HO KC KE LE MES MNQ NG NQ PA PL RB RTY SB SI TN US VX YM".split()
)
#: Without such a word a "PL contract" is one with the company.
_AS_CONTRACT = re.compile(
    r"\s+(?i:futures?|(?:front[- ]month|e-?minis?|micros?|minis?|continuous)\s+(?:futures?|contracts?))\b"
)
#: "/ES is down".
_SLASH_BEFORE = re.compile(r"(?:^|[\s(])/$")
#: Together they are contracts: "ES and NQ are red".
_OTHER_CONTRACT = re.compile(r"(?<![\w$])/?(?:NQ|YM|RTY|MES|MNQ|ZN|ZB|GC)(?![\w])")
#: Symbols of newspapers and agencies, and how their companies are called.
_PAPERS = {"AP": "Ampco", "FT": "Franklin", "NYT": "Times Co"}
_RESULTS = r"(?:results|earnings|quarter\w*|revenues?|profits?|loss(?:es)?|subscribers?|eps|q[1-4])"
#: Behind "NYT:" and "NYT says": news of the company, not of the paper.
_OF_ITSELF = rf"(?![^.!?\n]{{0,40}}\b(?:{_RESULTS}|undervalued|overvalued|compounders?|valuation|moat)\b)"
_AS_PAPER = re.compile(
    r"(?:['\u2019]s)?\s+(?i:(?:exclusive(?:ly)?\s+)?"
    rf"(?:(?:report(?:s|ed|ing)?|says|said)\b{_OF_ITSELF}|writes|wrote|cit(?:es|ed|ing)|articles?"
    r"|op-?eds?|columnists?|reporters?|journalists?|crosswords?|best-?\s?sellers?|stor(?:y|ies)|editorials?|interview"
    r"|headlines?|piece|poll|photo|pitchbot|opinion|investigation))\b"
    rf"|\s?:\s(?=[A-Z])(?i:{_OF_ITSELF})"
)
_PAPER_BEFORE = re.compile(
    r"\b(?:per|via|according to|told|source:?|says|said|reports|reported (?:by|in)|writes|written (?:by|in)"
    r"|published (?:by|in)|articles?(?: in| from)?)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
#: What stands behind some when they are no share.
_GOES_ON = {
    word: re.compile(rf"[\s-]+(?:{behind})\b", re.IGNORECASE)
    for word, behind in {
        "ADP": "payrolls?|employment|jobs?|report|data|private|numbers", "AMC": "networks", "AP": "style",
        "APP": "stores?|developers?", "AR": "glasses|headsets?|apps?|filters?|games?", "CAT": "scans?",
        "CRM": r"(?:systems?|software|platforms?|vendors?|tools?|data|apps?|market(?! cap)|solutions?"
        r"|providers?|rollouts?|integrations?|strategy|implementations?|databases?)"
        r"(?!\s+(?:revenues?|demand|sales|growth|margins?|bookings)\b)",
        "FOX": "news|business|sports|hosts?|anchors?|nation", "FT": "alphaville",
        "GE": "appliances?|capital|vernova|health ?care", "HP": "inc|enterprise|pcs?",
        "MET": "gala|opera|police|office",
        "MS": r"word|excel|office|teams|outlook|windows|paint|access|dos|sql|powerpoint|visio|project|edge|copilot"
        r"|drugs?|patients?|treatments?|therap(?:y|ies)|degrees?|in (?:computer|finance|math\w*|data|engineering|cs)",
        "SAM": "altman|bankman|walton|sites?|missiles?|systems?|club",
        "SNAP": "benefits?|recipients?|programs?|payments?|food|eligibility|ebt|funding|assistance|households"
        "|work requirements?|enrol?lments?|fraud",
        "TD": "cowen|ameritrade|garden|synnex",
    }.items()
}  # fmt: skip
#: "Nvidia in talks - NYT".
_SIGNED = re.compile(r"\S\s[-|\u2013\u2014]\s$")
_ENDS_LINE = re.compile(r"\s*(?:\n|$)")
#: No headline that a paper could sign: "My pick - NYT".
_OF_AN_OWNER = re.compile(r"\b(?:my|picks?|portfolio|watchlist|ticker)\b[^\n]*$", re.IGNORECASE)
_AS_RESULTS = re.compile(rf"\s+{_RESULTS}\b", re.IGNORECASE)
#: What the text around tells of some.
_AROUND = {
    "MS": re.compile(r"\b(?:sclerosis|neurolog\w+|relapsing|ocrevus|tysabri|demyelinat\w+)\b", re.IGNORECASE),
    "SNAP": re.compile(
        r"\b(?:food stamps?|food banks?|food aid|ebt|usda|medicaid|nutrition|hunger|groceries"
        r"|snap (?:benefits?|recipients?|payments?))\b",
        re.IGNORECASE,
    ),
}
_WINDOW = 200
#: What stands before the brackets that they abbreviate, though with other letters.
_STANDS_FOR = {
    "CL": "crude|crude oil|wti|wti crude", "ES": r"s&p|s&p 500|s&p 500 futures|e-?mini", "GC": "gold", "HG": "copper",
    "NG": "natural gas|natgas|nat gas|henry hub", "NQ": "nasdaq|nasdaq 100", "PL": "platinum", "SI": "silver",
    "SNAP": r"food stamps?|nutrition assistance|food (?:aid|assistance|benefits?)(?: programs?| benefits)?",
}  # fmt: skip
#: What stands right before it where it is software.
_CRM_BEFORE = re.compile(
    r"\b(?:an?|our|their|your|its|new|any|another|custom|legacy|cloud|open[- ]source|hubspot|zoho|dynamics|ai|sales"
    r"|free)\s+$",
    re.IGNORECASE,
)
_TRADED = re.compile(
    r"\s+(?:calls?|puts?|shares?|stocks?|earnings|options?|leaps|positions?|holdings?|dip|chart|bulls?|bears?|guidance|results"
    r"|report|lows?|highs?|longs?|shorts?|trades?|price target|buy|sell|bags?|holders?|thesis|(?:ads?\s+)?revenues?)\b"
    r"|\s+(?:(?:is|was)\s+)?(?:up|down)\s+(?:by\s+)?\$?\d",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s([A-Z][A-Za-z]{3,})\b")
#: Words that stand behind any symbol in a headline.
_VAGUE = frozenset(
    "acquisition capital company corp digital energy financial global gold group high holding holdings income "
    "international investment limited power real research resources short silver tech technologies technology trust "
    "value".split()
)


def has_another_sense(text: str, start: int, end: int) -> bool:
    """Whether the letters between these places mean something else that is mostly called so."""
    word, before, behind = text[start:end], text[max(start - 60, 0) : start], text[end : end + 80]
    if word in BANKS and is_analyst(text, start, end):
        return True
    if (goes_on := _GOES_ON.get(word)) and goes_on.match(behind):
        return True
    if word in _CONTRACTS and _is_contract(word, before, behind):
        return True
    if word in _PAPERS and _is_paper(before, behind):
        return True
    if (around := _AROUND.get(word)) and around.search(text[max(start - _WINDOW, 0) : end + _WINDOW]):
        return not _TRADED.match(behind)
    if word == "CRM" and _CRM_BEFORE.search(before) and not _TRADED.match(behind):
        return True
    following = _NEXT_WORD.match(behind)
    return following is not None and (word, following[1].casefold()) in _longer_names()


def _is_contract(word: str, before: str, behind: str) -> bool:
    if _AS_CONTRACT.match(behind) or _SLASH_BEFORE.search(before):
        return True
    beside = [found[0].lstrip("/") for found in _OTHER_CONTRACT.finditer(f"{before[-12:]} {behind[:12]}")]
    return any(other != word for other in beside)


def _is_paper(before: str, behind: str) -> bool:
    signed = _SIGNED.search(before) and _ENDS_LINE.match(behind) and not _OF_AN_OWNER.search(before)
    named = _PAPER_BEFORE.search(before) and not _AS_RESULTS.match(behind)
    return bool(_AS_PAPER.match(behind) or named or signed)


def stands_for(word: str, before: str) -> bool:
    """Whether what is in brackets behind these words abbreviates them with other letters, or says who wrote them."""
    if word in _PAPERS:
        return _PAPERS[word] not in before
    phrase = _STANDS_FOR.get(word)
    return phrase is not None and re.search(rf"\b(?:{phrase})\s*$", before, re.IGNORECASE) is not None


@lru_cache(1)
def _longer_names() -> frozenset[tuple[str, str]]:
    """The first two words of listed companies, of which the first is the symbol of another: (GE, vernova)."""
    # Ten thousand names: only for who asks.
    from contracts.tickers.listed import shipped

    names = shipped().names
    found = set()
    for symbol, name in names.items():
        first, *more = name.replace(",", " ").split()[:2]
        own = names.get(first, "").casefold().split()[:2]
        if more and first.isupper() and first in names and first != symbol.partition(".")[0]:
            second = more[0].rstrip(".").casefold()
            if second not in _VAGUE and second not in own:
                found.add((first, second))
    return frozenset(found)
