"""Tells the plain sense of a word in capitals from the symbol with the same letters: CORN that is harvested, a
joke that is so META.

`emphasis` goes by the grammar of who is loud; here it is what the word means. Words that say how something is do so
behind "is" or before what they describe; goods have prices, exports and harvests, where funds have shares and holders;
some words go together with others (all EYES on, good LUCK).
"""

import re

_ADJECTIVES = frozenset(
    "ABLE BLUE BOLD CALM COLD COOL DARK DEAR EVIL GLAD LAZY LIT ODD ORAL PURE RARE SLIM SLOW WIDE WILD WISE".split()
)
_GOODS = frozenset(
    "BEAN CHIP COAL COLA CORN COW FISH FOOD FUEL IRON LAMB LAND MILK OAK ORE PALM PINE RICE ROSE SALT SAND SEED SOIL "
    "WOOD WHEAT SUGAR".split()
)
_WEATHER = frozenset("COLD HAIL HEAT RAIN SNOW WIND WAVE".split())
_VERBS = frozenset("FALL JUMP LEAD LIFT RIDE RUSH SNAP SPIN SWIM TANK WORK HELP CARE FLOW FOLD HIDE".split())
#: "Shares JUMP", "the stock will TANK"; but "will SNAP recover?" and "200 shares SNAP".
_MOVES_BEFORE = re.compile(
    r"\b(?:(?:stocks?|(?<!\d\s)(?<!\dk\s)shares?|market|prices?|it|this|that|they|investors|shareholders|earnings|profits)"
    r"(?:\s+(?:will|would|could|may|might|should|can|did|does|do|always|just|need|gonna|going to)){0,2})\s+$",
    re.IGNORECASE,
)

_IS = (
    r"(?:\b(?:is|are|was|were|be|been|being|am|isn['\u2019]?t|aren['\u2019]?t|wasn['\u2019]?t|gets?|getting|got|becom(?:e|es|ing)"
    r"|stay(?:s|ed|ing)?|keeps?|kept|feels?|felt|looks?|looked|sounds?|seems?|remains?|goes|went|runs?|ran)"
    r"|['\u2019](?:s|re|m))"
)
#: "So META reports tomorrow" begins a sentence; "is so META" says how something is.
_DEGREE = (
    r"(?:(?:so|such|how)(?:\s+(?:freaking|fucking|damn))?|too|very|quite|pretty|rather|a bit|a little|kind of|kinda"
    r"|sort of|super|really)"
)
_HOW_IT_IS = re.compile(
    rf"(?:{_IS}\s+(?:not\s+)?{_DEGREE}|\b(?:too|very|super|quite|pretty|kinda|kind of|sort of|a bit|a little))\s+$",
    re.IGNORECASE,
)
_ADJECTIVE_BEFORE = re.compile(
    rf"(?:{_IS}(?:\s+not)?|\b{_DEGREE}|\b(?:an?|the|this|that|these|those|some))\s+$", re.IGNORECASE
)
#: What is asked or said of a share, and not of how something is: "DARK is up", "is COOL a buy?"
_AS_SHARE = re.compile(
    r"\s+(?:is|was|will|has|(?:an?|the|still|really)\s+(?:good\s+|strong\s+)?(?:buy|sell|hold|scam)\b|up\b|down\b|at\s+\$?\d"
    r"|calls?|puts?|shares?|stock|earnings|thesis|(?:over|under)valued\b|oversold\b|overbought\b"
    r"|dividends?|positions?|chart|dip|guidance|etfs?|reports?|beats?|misse[sd]|\$?\d)",
    re.IGNORECASE,
)
#: "Getting META about it".
_ABOUT = re.compile(r"\b(?:get(?:s|ting)?|got|went|going)\s+$", re.IGNORECASE)

_OF_GOODS = re.compile(
    r"\s+(?:(?:spot\s+)?prices?\b(?!\s+(?:targets?|its\b|their\b|an?\b|\$|\d))|futures?|exports?|imports?|exporters?|importers?|demand"
    r"|suppl(?:y|ies)|inflation|costs?|harvests?|crops?|acre(?:s|age)?|yields|farm(?:s|ers?|ing)?|grow(?:ers?|ing)|production"
    r"|producers?|plants?|stamps?|chains?|ore|pellets?|fields?|syrup|mines?|mining|stockpiles?|inventor(?:y|ies)|processors?|"
    r"banks?|bushels?|delivery|deliveries|subsid(?:y|ies)|tariffs?|miles)\b",
    re.IGNORECASE,
)
_OTHER_GOODS = (
    r"(?:wheat|soy(?:beans?|a)?|corn|cotton|sugar|coffee|cocoa|oats|barley|cattle|hogs|rice|milk|timber|lumber|steel|copper|"
    r"nickel|zinc|aluminium|aluminum|crude|natural gas|fertili[sz]ers?)"
)
_GOODS_BEFORE = re.compile(
    rf"(?:\b{_OTHER_GOODS}(?:,|,?\s+and|,?\s+or|/)\s*|\b(?:tons?|tonnes?|bushels?|barrels?|litres?|pounds?|acres?|price|cost|supply|imports|"
    r"exports)\s+of\s+|\b(?:raw|crude|fresh|scrap|pig|thermal|coking|jet|fast|arable)\s+)$",
    re.IGNORECASE,
)
#: But "CORN and wheat funds", "SAND, copper FCX" list what is traded.
_GOODS_BEHIND = re.compile(
    rf"(?:,|,?\s+and|,?\s+or|/)\s*{_OTHER_GOODS}\b(?!\s+(?:funds?|etfs?|(?-i:[A-Z]{{2,5}}))\b)", re.IGNORECASE
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_OF_WEATHER = re.compile(
    rf"\s+(?:storms?|flakes?|pack|days?|waves?|snaps?|in\s+(?:the\s+)?(?!{_MONTH}|Q\d)[A-Z][a-z]+)\b"
)

#: "A bumpy ROAD ahead", "no clear PATH to profit".
_DESCRIBED = re.compile(
    r"\b(?:(?:an?|no|any|another|one)\s+(?!stock|share|ticker|symbol|company|reason|day|time|week|month|year|quarter)[a-z]+"
    r"|(?:the|this|that|my|our|your|their)\s+(?:wrong|whole|entire|same|usual|good|bad|great|old|[a-z]{2,}st))\s+$"
)
#: But "a stock META could buy" and "a huge META fan" are about META.
_ENDS_AS_NOUN = re.compile(
    r"\s*(?:[.,;:!?)]|$)|\s+(?:for|to|of|in|on|at|with|behind|ahead|about|between|yet|from|by|as|when|because|that|this)\b"
)
#: "I bought more DATA", "long GAME", "picked up an undervalued META".
_BOUGHT = re.compile(
    r"\b(?:buy(?:ing)?|bought|sell(?:ing)?|sold|long|short(?:ed|ing)?|own(?:ed|ing)?|hold(?:ing)?|held|add(?:ed|ing)?|trimm\w+"
    r"|load(?:ed|ing)?\s+up\s+on|pick(?:ed|ing)\s+up)"
    r"(?:\s+(?:more|some|my|the|new|all my|any|an\s+(?:over|under)valued))?\s+$",
    re.IGNORECASE,
)
#: "Added some PURE today", but "added some RARE coins".
_NOTHING_DESCRIBED = re.compile(
    r"\s*(?:[.,;:!?)]|$)|\s+(?:at|in|on|for|and|or|before|after|this|last|today|yesterday|now|here|again)\b"
)
_TRADED = re.compile(
    r"\s+(?:calls?|puts?|shares?|stocks?|earnings|options?|leaps|positions?|holders?|bulls?|bears?|charts?|trades?|thesis"
    r"|dip|squeeze|rally|guidance|results|etfs?|\$?\d)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:do|does|did)(?:n['\u2019]?t)?\s+(?:it|this|that|they|we|he|she)\s+$", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"\s*(?:[?!.,;)]|$)")

#: What stands right before a word when it is none but itself.
_GOES_WITH = {
    word: re.compile(rf"\b(?:{before})[\s-]+$", re.IGNORECASE)
    for word, before in {
        "BOOK": "order|text|note|face", "CARE": "health|day|skin|medical|urgent|child",
        "CARS": "electric|used|new|self-driving", "CASE": "just in|bull|bear|worst|best|base",
        "CHIP": "blue|poker|memory|ai", "CITY": "new york|kansas|the",
        "DATA": "inflation|jobs|labou?r|economic|macro|cpi|more|user|personal|customer|big|market|payroll|hard|new",
        "DEAL": "big|done|real|no|new|trade|good|bad|raw", "EYES": "all|my|your|our", "FIRE": "is on|are on|on",
        "FOOD": "fast|pet|frozen|comfort|soul", "FUEL": "jet|rocket|fossil|nuclear",
        "GAME": "video|end|board|waiting|same|mind", "GEAR": "top|high",
        "GRID": "power|electric(?:al|ity)?|national|off", "HAND": "second|left|right|other|upper|on",
        "LAND": "no man['\u2019]?s|la la|la-la|dream|farm", "LINE": "bottom|top|on|deep", "LOAD": "work|base",
        "LUCK": "good|bad|best of|pure|dumb|any|with|of", "MAIL": "e|junk|snail", "MIND": "my|your|never",
        "PARK": "theme|car|national", "ROAD": "on the|rail|rocky", "ROOF": "through the", "RING": "name",
        "ROOM": "elbow|head", "SEAT": "back|front|hot", "SITE": "web|job", "STAR": "five|rock|pop|all",
        "TABLE": "off the|on the", "TALK": "we|small|let['\u2019]?s", "TANK": "think|shark|fish",
        "WORK": "hard|day|at|team|good|how it", "ZONE": "time|war|red|danger|dead|end",
    }.items()
}  # fmt: skip
_GOES_ON = {
    word: re.compile(rf"[\s-]+(?:{behind})\b", re.IGNORECASE)
    for word, behind in {"RING": "a bell", "ZOOM": "out|in|calls?|meetings?", "HOLD": "on"}.items()
}


def is_plain_word(text: str, start: int, end: int) -> bool:
    """Whether the word between these places, one that exists in small letters, means itself and no share."""
    word, before, behind = text[start:end], text[max(start - 60, 0) : start], text[end : end + 40]
    if word in _ADJECTIVES and _ADJECTIVE_BEFORE.search(before):
        if _BOUGHT.search(before) and _NOTHING_DESCRIBED.match(behind):
            return False
        return before.lower().endswith("how ") or not _AS_SHARE.match(behind)
    if word in _VERBS and _MOVES_BEFORE.search(before) and not _TRADED.match(behind):
        return True
    if word in _GOODS and (_OF_GOODS.match(behind) or _GOODS_BEFORE.search(before) or _GOODS_BEHIND.match(behind)):
        return True
    if word in _WEATHER and _OF_WEATHER.match(behind):
        return True
    if (found := _GOES_ON.get(word)) and found.match(behind):
        return True
    return not _TRADED.match(behind) and _in_a_sentence(word, before, behind)


def _in_a_sentence(word: str, before: str, behind: str) -> bool:
    """Whether it stands where no name of a company does."""
    if _BOUGHT.search(before):
        return False
    if (found := _GOES_WITH.get(word)) and found.search(before):
        return True
    if _HOW_IT_IS.search(before) or (_ASKED.search(before) and _CLAUSE_ENDS.match(behind)):
        return True
    if _ABOUT.search(before) and behind.startswith(" about "):
        return True
    return bool(_DESCRIBED.search(before)) and bool(_ENDS_AS_NOUN.match(behind))
