"""Reads a verb and its object that together say something else than each by itself: bought puts, dropped lawsuits.

"Stocks pare losses" is good although they pare, and losses are bad; "all in on puts" is no word for the share.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

#: How many words may stand between the two, and between an object and the verb behind it: "gains were all erased".
_BETWEEN, _BEHIND = 4, 2
#: Behind these another part of the sentence begins.
_STOPS = frozenset(
    ", : and but or as on in after amid despite because by for with than while when if to from over following since "
    "ahead upon under until before due during most lower higher spark sparks sparked sparking trigger triggers "
    "triggered triggering prompt prompts prompted prompting draw draws drew drawing".split()
)
#: But not in "all in on puts", "loading up on puts".
_PARTICLES = frozenset({("all", "in"), ("in", "on"), ("up", "on")})
#: May stand between a verb and the end, as in "wiped out Monday"; or before an object: "erased Monday gains".
_LOOSE = frozenset(
    "out off up back away again today yesterday tonight overnight monday tuesday wednesday thursday friday early late "
    "quickly completely entirely".split()
)
#: Behind a verb these begin no object: "gains erased in minutes".
_ENDINGS = _STOPS | frozenset("at of against through into near within without about around so".split())
#: Behind an object, too: "bought puts this morning".
_ENDINGS_OF_OBJECTS = (
    _ENDINGS
    | _LOOSE
    | frozenset(
        "not too is are was were tomorrow now here this last next every all just soon yet expiring like "
        "lol lmao haha imo tbh then instead".split()
    )
)
#: As a verb it is another thing: "buy rating puts Nvidia target at $200".
_VERBS_TOO = frozenset({"puts"})
#: "Shares drop following fraud probe": what they drop is no probe.
_SHARES = frozenset("share shares stock stocks price prices".split())
#: What else somebody gives or throws is another thing: "gives investors gains".
_WITH_PARTICLE = {
    **dict.fromkeys(("give", "gives", "gave", "giving"), frozenset({"up", "back", "away"})),
    **dict.fromkeys(("throw", "throws", "threw", "thrown"), frozenset({"out"})),
}
_HELPERS = frozenset("is are was were been being be has have had all most quickly".split())


class Pair(NamedTuple):
    """What is said from the first place to the last."""

    first: int
    last: int
    value: float


class _Rule(NamedTuple):
    verbs: frozenset[str]
    objects: frozenset[str]
    value: float
    #: What the sentence speaks of, if it is this.
    about: re.Pattern[str] | None = None
    #: Whether the object may stand before: "gains erased".
    turned: bool = False
    #: Whether a number may stand between: "bought 100 puts", but not "drops 5 % lawsuit filed".
    counted: bool = True
    #: Behind which words the verb has no object: "shares drop".
    unlike: frozenset[str] = frozenset()
    #: What may not stand between: what is raised then is not the object but this.
    apart: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BUYS = _words(
    "buy buys buying bought long hold holding held add adding added load loaded loading all grab grabbed grabbing own "
    "owning picked picking scooped scooping opened opening got"
)
_SELLS = _words("sell selling sold dump dumped dumping")
_CLOSES = _words("close closed closing exit exited")
_ERASES = _words(
    "erase erases erased erasing pare pares pared paring trim trims trimmed trimming reverse reverses reversed "
    "reversing surrender surrenders surrendered wipe wipes wiped give gives gave giving"
)
_LOSES = _words("lose loses lost losing")
_RECOVERS = _words("recover recovers recovered recovering recoup recoups recouped recouping reclaim reclaims")
_DROPS = _words(
    "drop drops dropped dropping toss tosses tossed throw throws threw thrown close closes closed end ends ended "
    "abandon abandons abandoned withdraw withdraws withdrew withdrawn dismiss dismisses dismissed scrap scraps scrapped"
)
_CASES = _words("lawsuit lawsuits suit suits probe probes investigation investigations inquiry charges case complaint")
#: A country by itself is none: "New England hospital raises success rates".
_BANKS = re.compile(
    r"\b(?:fed|fomc|powell|ecb|boe|boj|rba|snb|riksbank|pboc|boc|rbi|rbnz|central banks?"
    r"|bank of (?:england|japan|canada))\b"
)
_CUT, _HIKE = re.compile(r"\brate (?:cut|reduction)s?\b"), re.compile(r"\brate (?:hike|increase)s?\b")
_RAISES = _words("raise raises raised boost boosts boosted increase increases increased lift lifts lifted")
_LOWERS = _words("lower lowers lowered cut cuts reduce reduces reduced dim dims dimmed dent dents dented")
_ODDS = _words(
    "odds chance chances prospect prospects possibility likelihood hope hopes bet bets expectation expectations"
)
#: "Raises odds of a rate cut" raises no rate.
_NO_RATES = _ODDS | _words("doubt doubts")
_RATES = _words("rate rates")
_RULES = (
    _Rule(_BUYS, _words("puts"), -1.8),
    _Rule(_SELLS, _words("puts"), 1.2),
    _Rule(_SELLS, _words("calls"), -1.2),
    _Rule(_CLOSES, _words("puts"), 0.0),
    _Rule(_DROPS, _CASES, 1.6, turned=True, counted=False, unlike=_SHARES),
    _Rule(_ERASES | _LOSES, _words("gains"), -1.2, turned=True),
    _Rule(_ERASES | _RECOVERS | _words("cut cuts"), _words("losses"), 1.2, turned=True),
    _Rule(_words("cut cuts cutting lower lowers lowered slash slashes slashed"), _RATES, 1.2, _BANKS, apart=_NO_RATES),
    _Rule(_words("raise raises raised hike hikes hiked hiking lift lifts"), _RATES, -1.2, _BANKS, apart=_NO_RATES),
    # The cut or hike has its own mood, which stays if it is likelier, and is turned if it is not. Not "rate cut hopes".
    _Rule(_RAISES, _ODDS, 0.0, _CUT, unlike=_RATES),
    _Rule(_RAISES, _ODDS, 0.0, _HIKE, unlike=_RATES),
    _Rule(_LOWERS, _ODDS, -2.4, _CUT, unlike=_RATES),
    _Rule(_LOWERS, _ODDS, 2.4, _HIKE, unlike=_RATES),
)


def pairs(words: Sequence[str]) -> list[Pair]:
    """Those of a sentence, the nearest verb with its object."""
    text = " ".join(words)
    rules = [rule for rule in _RULES if rule.about is None or rule.about.search(text)]
    found: list[Pair] = []
    for place in range(len(words)):
        pair = next((each for rule in rules if (each := _at(words, place, rule))), None)
        if pair is not None:
            found.append(pair)
    return found


def _at(words: Sequence[str], place: int, rule: _Rule) -> Pair | None:
    """The pair whose object stands at this place."""
    if words[place] not in rule.objects or (words[place] in _VERBS_TOO and _does_something(words, place)):
        return None
    for first in range(place - 1, max(place - 2 - _BETWEEN, -1), -1):
        if words[first] in rule.verbs and words[first + 1] in _WITH_PARTICLE.get(words[first], words):
            alike = rule.unlike.isdisjoint(words[max(first - 2, 0) : first])
            return Pair(first, place, rule.value) if alike else None
        if words[first] in rule.apart or (words[first][0].isdigit() and not rule.counted):
            break
        if words[first] in _STOPS and tuple(words[first - 1 : first + 1]) not in _PARTICLES:
            break
    return _turned(words, place, rule) if rule.turned else None


def _turned(words: Sequence[str], place: int, rule: _Rule) -> Pair | None:
    """The pair of an object with the verb behind it, unless that has one of its own: "losses erase 2026 gains"."""
    behind = [at for at in range(place + 1, min(place + 2 + _BEHIND, len(words))) if words[at] not in _HELPERS]
    if not behind or words[behind[0]] not in rule.verbs:
        return None
    rest = next((word for word in words[behind[0] + 1 : behind[0] + 5] if word not in _LOOSE), ",")
    ends = rest in _ENDINGS or not rest[0].isalnum()
    return Pair(place, behind[0], rule.value) if ends else None


def _does_something(words: Sequence[str], place: int) -> bool:
    """Whether the word at this place is the verb of what follows, not the object of what stands before."""
    behind = words[place + 1 : place + 2]
    return bool(behind) and behind[0][0].isalpha() and behind[0] not in _ENDINGS_OF_OBJECTS
