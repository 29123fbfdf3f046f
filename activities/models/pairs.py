"""Reads a verb and its object that together say something else than each by itself: bought puts, dropped lawsuits.

"Stocks pare losses" is good although they pare, and losses are bad; "all in on puts" is no word for the share.
"""

from collections.abc import Sequence
from typing import NamedTuple

#: How many words may stand between the two, and between an object and the verb behind it: "gains were all erased".
_BETWEEN, _BEHIND = 4, 2
#: Behind these another part of the sentence begins.
_STOPS = frozenset(
    ", : and but or as on in after amid despite because by for with than while when if to from over".split()
)
#: But not in "all in on puts", "loading up on puts".
_PARTICLES = frozenset({("all", "in"), ("in", "on"), ("up", "on")})
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
    #: Of which one is in the sentence, if it is about them.
    about: frozenset[str] = frozenset()
    #: Whether the object may stand before: "gains erased".
    turned: bool = False
    #: Whether a number may stand between: "bought 100 puts", but not "drops 5 % lawsuit filed".
    counted: bool = True


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
_BANKS = _words("fed fomc powell ecb boe boj rba snb riksbank pboc boc rbi rbnz central england japan canada")
_RATES = _words("rate rates")
_RULES = (
    _Rule(_BUYS, _words("puts"), -1.8),
    _Rule(_SELLS, _words("puts"), 1.2),
    _Rule(_SELLS, _words("calls"), -1.2),
    _Rule(_CLOSES, _words("puts"), 0.0),
    _Rule(_DROPS, _CASES, 1.6, turned=True, counted=False),
    _Rule(_ERASES | _LOSES, _words("gains"), -1.2, turned=True),
    _Rule(_ERASES | _RECOVERS | _words("cut cuts"), _words("losses"), 1.2, turned=True),
    _Rule(_words("cut cuts cutting lower lowers lowered slash slashes slashed"), _RATES, 1.2, _BANKS),
    _Rule(_words("raise raises raised hike hikes hiked hiking lift lifts"), _RATES, -1.2, _BANKS),
)


def pairs(words: Sequence[str]) -> list[Pair]:
    """Those of a sentence, the nearest verb with its object."""
    found: list[Pair] = []
    for place in range(len(words)):
        pair = next((each for rule in _RULES if (each := _at(words, place, rule))), None)
        if pair is not None:
            found.append(pair)
    return found


def _at(words: Sequence[str], place: int, rule: _Rule) -> Pair | None:
    """The pair whose object stands at this place."""
    if words[place] not in rule.objects or (rule.about and rule.about.isdisjoint(words)):
        return None
    for first in range(place - 1, max(place - 2 - _BETWEEN, -1), -1):
        if words[first] in rule.verbs and words[first + 1] in _WITH_PARTICLE.get(words[first], words):
            return Pair(first, place, rule.value)
        if words[first][0].isdigit() and not rule.counted:
            break
        if words[first] in _STOPS and tuple(words[first - 1 : first + 1]) not in _PARTICLES:
            break
    if rule.turned:
        behind = [at for at in range(place + 1, min(place + 2 + _BEHIND, len(words))) if words[at] not in _HELPERS]
        if behind and words[behind[0]] in rule.verbs:
            return Pair(place, behind[0], rule.value)
    return None
