"""Tells symbols from abbreviations of something else by what stands beside them: a state behind its city (Boston, MA),
a country's code behind its name (Canada (CAN)), a degree behind a person's name, a mean over days (the 200-day MA).
"""

import re

from contracts.tickers.cities import is_city_of
from contracts.tickers.companies import spoken
from contracts.tickers.exchanges import is_listed_abroad
from contracts.tickers.other_senses import has_another_sense, stands_for

_STATES = frozenset(
    "AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR "
    "PA RI SC SD TN TX UT VA VT WA WI WV WY".split()
)
#: Countries, and the states whose codes are symbols or words as well.
_COUNTRIES = frozenset(
    """
    Argentina Armenia Australia Austria Belgium Brazil Bulgaria Canada Chile China Colombia Croatia Cuba Cyprus Denmark
    Egypt England Estonia Ethiopia Finland France Georgia Germany Ghana Greece Hungary Iceland India Indonesia Iran Iraq
    Ireland Israel Italy Jamaica Japan Kenya Kuwait Latvia Lebanon Lithuania Luxembourg Malaysia Malta Mexico Moldova
    Monaco Morocco Netherlands Nigeria Norway Pakistan Panama Paraguay Peru Philippines Poland Portugal Qatar Romania
    Russia Scotland Senegal Serbia Singapore Slovakia Slovenia Somalia Spain Sweden Switzerland Taiwan Thailand Tonga
    Tunisia Turkey Ukraine Uruguay Venezuela Vietnam Wales Zimbabwe America Kingdom States Emirates Nations Union Korea
    Zealand Africa Arabia Alabama Arkansas California Colorado Connecticut Delaware Hawaii Illinois Indiana Kansas Maine
    Maryland Massachusetts Michigan Mississippi Missouri Montana Nevada Ohio Oklahoma Oregon Pennsylvania Texas Utah
    Vermont Virginia Washington Wisconsin
    """.split()
)
#: Codes that are made of the country's own name for itself.
_ITS_OWN = {
    "Germany": "DE DEU", "Spain": "ES ESP", "Switzerland": "CH CHE SUI", "Greece": "EL", "Croatia": "HR HRV",
    "Serbia": "RS", "Africa": "ZA RSA", "Netherlands": "HOL",
}  # fmt: skip
#: "United States of America", but not Air Canada.
_IN_FRONT = frozenset("East Great New North Saudi South United West".split())
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s\d"
#: In capitals longer than symbols are.
_PLACE = r"(?:[A-Z][a-z'\u2019-]+|St\.|[A-Z]{5,})(?:\s(?:[A-Z][a-z'\u2019-]+|[A-Z]{4,})){0,2}"
_CITY_BEFORE = re.compile(rf"(?<![\w.&]){_PLACE},\s$")
_IN_CITY = re.compile(rf"\b(?:in|near|outside)\s{_PLACE},\s$")
#: A postcode, the dash or date of a dateline, "-based".
_BEHIND_STATE = re.compile(rf"\s\d{{5}}\b|\s?[\u2014\u2013(/]|\s--?\s|-based\b|,?\s{_MONTH}|,\s(?:USA?\b|U\.S\.)")
#: The line is over, as that of an address.
_ENDS_LINE = re.compile(r"\s*[.;|]?\s*(?:\n|$)")
_WORDS = re.compile(r"[A-Za-z][\w.'\u2019-]*")
_SMALL = frozenset("a an and at for in of on the".split())
_DEGREES = frozenset({"MA", "MD", "MS", "PA", "JD"})
_OTHER_DEGREE = r"(?:Ph\.?D|MBA|MPH|M\.?D|FACP|FACC|J\.?D|R\.?N|CFA|CPA|Esq)\b\.?"
_PERSON_BEFORE = re.compile(rf"(?:\bDr\.?\s[^,\n]{{2,40}}|{_OTHER_DEGREE}),\s$")
_DEGREE_BEHIND = re.compile(rf",\s{_OTHER_DEGREE}")
_NAME_BEFORE = re.compile(r"\b[A-Z][a-z]+\s(?:[A-Z]\.\s)?[A-Z][a-z]+,\s$")
_DAYS_BEFORE = re.compile(
    r"\b\d{1,3}(?:[- ]?(?:days?|d|weeks?|wk|w|hours?|h|period|simple|moving))?[- ]$", re.IGNORECASE
)
#: Symbols that are words: what stands behind those, in capitals or not, when they are nothing else.
_GOES_ON = {
    word: re.compile(rf"[\s-]+(?:{behind})\b", re.IGNORECASE)
    for word, behind in {
        "BETA": "tests?|testing|testers?|versions?|decay", "BILL": "passed|signed|in congress|introduced",
        "CARE": "about|of|for|less|packages?|givers?|homes?|workers?", "CITY": "hall|council|of", "COIN": "toss|flip",
        "DATA": "centers?|centres?|sets?|science|scientists?|breach", "DNA": "tests?|samples?|sequencing|damage",
        "GAME": "over|changers?|plan|theory|time",
        "GAP": r"(?:up|down)(?!\s+\$?\d)|ups|downs|and crap|between|fill", "GL": "everyone|all|guys|folks|to",
        "GM": "everyone|all|guys|folks|frens?", "HELP": "me|us|you|please|needed|wanted|desk",
        "HP": "laptops?|printers?|ink", "ICE": "raids?|agents?|detention|arrests?|cream|age|officers?", "LAND": "of",
        "MAIN": "street", "PEAK": "earnings|oil|demand|season|bull",
        "NET": "income|profits?|loss(?:es)?|sales|worth|debt|revenues?|assets|cash|margins?|interest|zero",
        "PC": "sales|gam(?:ing|ers?)|makers?|market|shipments", "PLUG": "and play|in", "PRE": "market|earnings|split",
        "RACE": "against|car", "SPOT": "prices?|market|bitcoin|gold|etfs?|rates?", "TALK": "about|to|is cheap",
        "TEAM": "up|work|members?|lead|players?|effort", "USB": "ports?|cables?|sticks?|c|drives?|hubs?",
        "WORK": "from|out|hours",
    }.items()
}  # fmt: skip
_TRADED = re.compile(r"\s+(?:calls?|puts?|shares?|stock)\b")


def means_something_else(text: str, start: int, end: int, *, asked_for: bool = False) -> bool:
    """Whether the letters between these places abbreviate something that is no share.

    ``asked_for``: somebody asks for what there is about a symbol. "FOX news" are news about FOX then.
    """
    word, before, behind = text[start:end], text[max(start - 60, 0) : start], text[end : end + 30]
    if before.endswith("("):
        said = before[:-1]
        return behind.startswith(")") and (
            _is_code_of_country(word, said) or _abbreviates(word, said) or stands_for(word, said)
        )
    goes_on = _GOES_ON.get(word)
    if goes_on is not None and goes_on.match(behind):
        return True
    if is_listed_abroad(word, before, behind) or (not asked_for and has_another_sense(text, start, end)):
        return True
    return _is_state(word, before, behind) or _is_degree(word, before, behind) or _is_mean(word, before, behind)


def is_called(word: str, before: str) -> bool | None:
    """Whether the words before it, whose first letters it has, are the company's name; None: it has other letters."""
    words = [each for each in _WORDS.findall(before) if each.lower() not in _SMALL][-len(word) :]
    phrase = " ".join(words).casefold()
    if "".join(each[0] for each in words).upper() != word or not before.rstrip().endswith(words[-1]):
        return None
    # Ten thousand names: only for who asks.
    from contracts.tickers.listed import shipped

    name = spoken(shipped().names.get(word, "")).replace("&", " ").casefold()
    name = " ".join(each for each in name.split() if each not in _SMALL)
    return bool(name) and (name.startswith(phrase) or phrase.startswith(name))


def _abbreviates(word: str, before: str) -> bool:
    """ "Multiple sclerosis (MS)" is not Morgan Stanley. Of who is not listed nobody knows."""
    from contracts.tickers.listed import shipped

    return word in shipped().names and is_called(word, before) is False


def _is_state(word: str, before: str, behind: str) -> bool:
    place = _CITY_BEFORE.search(before) if word in _STATES else None
    if place is None:
        return False
    name = place[0].rstrip(", ")
    if is_city_of(word, name) or _BEHIND_STATE.match(behind) or _IN_CITY.search(before):
        return True
    return bool(_ENDS_LINE.match(behind)) and not _is_company(name)


def _is_company(name: str) -> bool:
    """Whether a listed company is called so, or begins so: "Caterpillar, DE", "Goldman, MS"."""
    from contracts.tickers.listed import shipped

    last = name.split()[-1].casefold()
    return any(called.startswith(last) or called == name.casefold() for called in shipped().by_name)


def _is_mean(word: str, before: str, behind: str) -> bool:
    return word in ("MA", "SMA", "EMA") and bool(_DAYS_BEFORE.search(before)) and not _TRADED.match(behind)


def _is_degree(word: str, before: str, behind: str) -> bool:
    if word not in _DEGREES:
        return False
    beside = _PERSON_BEFORE.search(before) or (before.endswith(", ") and _DEGREE_BEHIND.match(behind))
    return bool(beside or (word == "MD" and _NAME_BEFORE.search(before)))


def _is_code_of_country(word: str, before: str) -> bool:
    """Whether it is made of letters of the country before it: CAN of Canada, but not AC of Air Canada."""
    names = re.findall(r"[A-Z][a-z]+", before.rstrip()[-40:])
    if not names or names[-1] not in _COUNTRIES or not before.rstrip().endswith(names[-1]):
        return False
    if word in _ITS_OWN.get(names[-1], "").split():
        return True
    for first in reversed(range(len(names))):
        if names[first] not in _COUNTRIES | _IN_FRONT:
            return False
        letters = iter("".join(names[first:]).upper())
        if names[first][0] == word[0] and all(letter in letters for letter in word):
            return True
    return False
