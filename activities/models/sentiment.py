"""Judges how a text about shares sounds, by words and what stands beside them. No model, no account; it costs nothing.

Which way something goes (rose, down 3 %) is good or bad by what goes that way: costs that fall are good. "Not" turns
what follows it, what follows "but" weighs more, and symbols ($LOVE, NICE reports …) have no mood.
"""

import html
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from activities.models.clauses import denied_within, said
from activities.models.comparison import compared
from activities.models.lexicon import Entry, lexicon, stem
from activities.models.pairs import pairs
from contracts.tickers.mentions import without_symbols

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\u2032": "'"})
_NOISE = re.compile(r"https?://\S+|www\.\S+|\b\w+\.(?:com|ly|co|tv)/\S*|@\w+|\bRT\b")
_SARCASM = re.compile(
    r"(?<!\S)/s\b\s*$|\(sarcasm\)|(?:\.\.|\u2026)\s*not[.!]*\s*$|\byeah,? right\b|\U0001f644\s*$", re.IGNORECASE
)
#: "Was bullish, not anymore" is one clause.
_NOT_ANYMORE = re.compile(r"[,;\u2013\u2014-]?\s?(?:\b(?:but|though)\s)?\b(?:not|no)\s(?:any\s?more|any\s?longer)\b")
_CHANGE = re.compile(r"(?<![\w.,])([+\u2212-])\s?\$?\d[\d.,]*\s?(?:%|pct|percent)")
#: Words, numbers, marks that end something, and signs.
_TOKEN = re.compile(r"[a-z][a-z']*|\d[\d.,]*|[.;:!?,]|[^\w\s.,;:!?'\"()\[\]$%&/+*=<>#@|~^_\\{}-]")
#: "I can't recommend it enough."
_NEVER_ENOUGH = re.compile(
    r"\b(?:can(?:'t|not| not)|could(?:n't| not))\s+(?=(?:recommend|praise|love|thank)\b[^.;!?]{0,40}\benough\b)",
    re.IGNORECASE,
)
#: A cashtag, hashtag, handle, address, sign, or somebody who speaks.
_POST = re.compile(
    r"(?<!\w)[$#@][A-Za-z]|https?://|[\u2600-\u27bf\U0001f300-\U0001faff]|!"
    r"|\b(?:I|my|you|your|im|ive|lol|wtf|imo)\b|(?<!\S)/s\b"
    # Options: who writes of them trades.
    r"|\b(?:calls|puts) on (?-i:[A-Z]{2,5})\b|^(?:calls|puts) (?:are )?print"
    r"|\b(?-i:[A-Z]{2,5}) (?:calls|puts)\s*(?:$|[.!?,]|(?:are )?print)",
    re.IGNORECASE,
)
#: No headline is longer, in words and marks; a sentence with fewer is how people talk.
_HEADLINE, _SHORT = 20, 8
_ENDS = frozenset(".;!?")
#: How many words "not" reaches, small ones not counted; how far from a direction stands what moves.
_REACH, _AROUND = 3, 4
_SMALL = frozenset(
    "a an the this that it is be to of i you we they he she will would am are was were been has have had do did go "
    "going think believe expect".split()
)
_TURNED = -0.8
#: How many words may stand between a mood and what ends it.
_BEHIND = 4
#: What is not of the same clause is not what ends.
_APART = frozenset({",", "and", "but", "then"})
#: What may stand between "over" and a number, and what things are over without having an end.
_ABOUT = frozenset("about all its my their our".split())
_MEASURES = frozenset(
    "expectations estimates forecasts consensus target targets budget half million billion top moon".split()
)
_TURNS = frozenset({"but", "however", "yet"})
_BEFORE_BUT, _BEHIND_BUT = 0.6, 1.3
_TOWARDS = frozenset({"to", "into", "from"})
#: Of the words with a meaning before one, so many can change it.
_NEIGHBOURS = 8
#: How fast many words saturate.
_SATURATION = 8.0
#: Sums that are closer to nothing are neutral.
NEUTRAL = 0.3

_COUNTED = frozenset(("mood", "news", "talk", "worse", "up", "down", "signs"))
_ALWAYS = frozenset(("mood", "worse", "up", "down", "signs", "things", "not", "more", "past", "over", "less"))


@dataclass
class _Hit:
    place: int
    entry: Entry
    value: float

    @property
    def section(self) -> str:
        return self.entry.section


def sentiment(text: str) -> float:
    """From -1, bearish, to 1, bullish; exactly 0 if nothing in it says either."""
    cleaned = _cleaned(text)
    words = _TOKEN.findall(cleaned)
    sections = _sections(text, words)
    total = sum(_weighed(sentence, sections, asks) for sentence, asks in _sentences(words)) or compared(cleaned)
    if total > 0 and _SARCASM.search(text):
        total = -total
    if abs(total) < NEUTRAL:
        return 0.0
    return round(total / math.sqrt(total * total + _SATURATION), 4)


def _cleaned(text: str) -> str:
    """In small letters, with one kind of apostrophe, without addresses and symbols; "+3 %" in a word."""
    # Before as well: NFKC makes a space of an acute accent.
    text = unicodedata.normalize("NFKC", html.unescape(text).translate(_APOSTROPHES)).translate(_APOSTROPHES)
    text = without_symbols(_NOISE.sub(" ", text))
    text = _NEVER_ENOUGH.sub(" highly ", text)
    text = _CHANGE.sub(lambda found: " up " if found[1] == "+" else " down ", text)
    text = re.sub(r"n't\b", " not", text.lower().replace("can't", "can not").replace("won't", "will not"))
    return _NOT_ANYMORE.sub(" not anymore", re.sub(r"'s\b", "", text)).replace("\ufe0f", "")


def _sections(text: str, words: Sequence[str]) -> frozenset[str]:
    """What of the lexicon holds for a text of this form: a post, a headline, or prose."""
    ends = text.rstrip(" \"')\u201d").endswith(".")
    if _POST.search(text) or text.lstrip()[:1].islower() or (ends and len(words) < _SHORT):
        return _ALWAYS | {"news", "talk"}
    return _ALWAYS if ends or len(words) > _HEADLINE else _ALWAYS | {"news"}


def _sentences(words: Sequence[str]) -> list[tuple[list[str], bool]]:
    """Each with whether it asks."""
    sentences: list[tuple[list[str], bool]] = []
    sentence: list[str] = []
    for word in words:
        if word in _ENDS:
            sentences.append((sentence, word == "?"))
            sentence = []
        else:
            sentence.append(word)
    return [*sentences, (sentence, False)]


def _weighed(words: list[str], sections: frozenset[str], asks: bool) -> float:
    """What the words of one sentence come to."""
    hits = _paired(words, _hits(words, sections))
    if reach := denied_within(words, asks=asks):
        # "Isn't this a bargain?" says that it is one.
        hits = [hit for hit in hits if hit.section != "not" or hit.place > reach]
    _read_less(hits)
    _give_directions(words, hits)
    turn = max((index for index, word in enumerate(words) if word in _TURNS), default=-1)
    holds = said(words, asks=asks)
    total = 0.0
    for index, hit in enumerate(hits):
        if hit.section in _COUNTED and hit.value and holds[hit.place]:
            value = hit.value * _changed(words, hits[max(index - _NEIGHBOURS, 0) : index], hit)
            value *= _ended(words, hits[index + 1 : index + 1 + _NEIGHBOURS], hit)
            total += value * (1 if turn < 0 else _BEFORE_BUT if hit.place < turn else _BEHIND_BUT)
    return total


def _hits(words: list[str], sections: frozenset[str]) -> list[_Hit]:
    known, stems = lexicon(), [stem(word) for word in words]
    hits: list[_Hit] = []
    place = 0
    while place < len(words):
        found = known.longest(words, stems, place, sections)
        if found is None:
            place += 1
            continue
        entry, length = found
        hits.append(_Hit(place, entry, entry.weight))
        place += length
    return hits


def _paired(words: list[str], hits: list[_Hit]) -> list[_Hit]:
    """With one mood for a verb and its object that say something else together."""
    turned = {hit.place for hit in hits if hit.section == "not"}
    covered: set[int] = set()
    moods: list[_Hit] = []
    for pair in pairs(words):
        places = range(pair.first, pair.last + 1)
        # Not "holding no puts".
        if turned.isdisjoint(places) and covered.isdisjoint(places):
            covered.update(places)
            moods.append(_Hit(pair.last, Entry("mood", pair.value), pair.value))
    left = [hit for hit in hits if hit.place not in covered]
    return sorted([*left, *moods], key=lambda hit: hit.place) if moods else hits


def _read_less(hits: list[_Hit]) -> None:
    """ "Fell less than expected" is an end of falling; earnings that were less than expected have fallen."""
    for index, hit in enumerate(hits):
        if hit.section != "less":
            continue
        near = hits[max(index - _BEHIND, 0) : index]
        before = [each for each in near if hit.place - each.place <= _BEHIND]
        moves = any(each.section in ("up", "down") and each.entry.weight for each in before)
        hit.entry = Entry("over", 1) if moves else Entry("down", hit.entry.weight)


def _give_directions(words: list[str], hits: list[_Hit]) -> None:
    """Up is good and down is bad, but for costs and losses; those say nothing more by themselves then."""
    taken: set[int] = set()
    for index, hit in enumerate(hits):
        if hit.section not in ("up", "down") or not hit.entry.weight:
            continue
        sign = 1 if hit.section == "up" else -1
        near = _what_moves(words, hits[max(index - _AROUND, 0) : index + _AROUND + 1], hit)
        # "Lower costs boosted the margin": what one moves already, the other does not while there is something else.
        moved = next((each for each in near if each.place not in taken), near[0] if near else None)
        if moved is not None:
            taken.add(moved.place)
            if moved.section == "worse":
                sign, moved.value = -sign, 0.0
        hit.value = sign * hit.entry.weight


def _what_moves(words: list[str], near: list[_Hit], direction: _Hit) -> list[_Hit]:
    """The things that have a direction, the nearest first; of two equally near the one before."""

    def distance(each: _Hit) -> float:
        return abs(each.place - direction.place) + (0.5 if each.place > direction.place else 0)

    things = [
        each
        for each in near
        if each.section in ("worse", "things") and distance(each) <= _AROUND + 0.5
        # "Slipped to a loss": the loss is where it went, not what moved.
        and _TOWARDS.isdisjoint(words[direction.place : each.place])
    ]  # fmt: skip
    return sorted(things, key=distance)


def _changed(words: list[str], before: list[_Hit], hit: _Hit) -> float:
    """What the words before make of a mood: nothing, more, less, or the opposite."""
    factor = 1.0
    for each in before:
        if hit.place - each.place > 3 * _NEIGHBOURS or each.section not in ("not", "more", "past"):
            continue
        between = words[each.place : hit.place]
        if each.section == "not" and "," not in between and sum(word not in _SMALL for word in between) <= _REACH:
            factor *= _TURNED
        elif each.section == "more" and len(between) <= 2:
            factor *= each.entry.weight
        elif each.section == "past" and len(between) <= 3 and hit.section == "worse":
            factor *= _TURNED
    return factor


def _ended(words: list[str], behind: list[_Hit], hit: _Hit) -> float:
    """What the words behind make of a mood: "the worst is over", "the good news is priced in"."""
    for each in behind:
        between = words[hit.place + 1 : each.place]
        if not _APART.isdisjoint(between) or len(between) > _BEHIND:
            break
        if each.section == "over":
            return 1.0 if _measures(words[each.place + 1 : each.place + 5]) else _TURNED
    return 1.0


def _measures(words: list[str]) -> bool:
    """Whether "over" or "passed" is no end, but more than what follows: "is over 30 %", "has passed all estimates"."""
    if words[:1] not in (["over"], ["passed"]):
        return False
    behind = [word for word in words[1:] if word not in _SMALL and word not in _ABOUT]
    return not _MEASURES.isdisjoint(behind) or any(word[0].isdigit() for word in behind[:1])
