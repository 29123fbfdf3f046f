"""Small extractive methods: sentences that stand for a text, names in it, sentences that answer a question."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from activities.models.answer_schemas import Entity, FoundAnswer, Item, Point
from contracts.tickers.listed import shipped
from contracts.tickers.mentions import CASHTAG, LISTED, mention_of
from contracts.tickers.spelling import canonical

#: Longest sentence that is quoted.
QUOTE = 400
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[a-z][a-z'-]{2,}|\d[\d.,%]*")
_STOP = frozenset(
    "the and for that this with from are was were has have had not but you your they their its his her our will would "
    "can could should what which who how when where why did does been about into than then them there here just also "
    "very more most some any all out over per".split()
)


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [sentence.strip()[:QUOTE] for sentence in _SENTENCE.split(text) if sentence.strip()]


def words(text: str) -> list[str]:
    """Its telling words."""
    return [word for word in _WORD.findall(text.lower()) if word not in _STOP]


def key_points(items: Sequence[Item], most: int = 8) -> list[Point]:
    """The sentences with the most frequent words, early ones first among equals; at most two of one item."""
    candidates = [(item.id, n, s) for item in items for n, s in enumerate(sentences(item.text)) if len(words(s)) > 2]
    frequency = Counter(word for _, _, sentence in candidates for word in set(words(sentence)))

    def weight(candidate: tuple[str, int, str]) -> float:
        found = set(words(candidate[2]))
        return sum(frequency[word] for word in found) / (len(found) + 5) + 1 / (1 + candidate[1])

    points: dict[str, Point] = {}
    used: Counter[str] = Counter()
    for id_, _, sentence in sorted(candidates, key=weight, reverse=True):
        if sentence in points:
            points[sentence].cites = list(dict.fromkeys([*points[sentence].cites, id_]))
        elif len(points) < most and used[id_] < 2:
            points[sentence] = Point(text=sentence, cites=[id_])
            used[id_] += 1
    return list(points.values())


def answers(questions: Sequence[str], items: Sequence[Item]) -> list[FoundAnswer]:
    """For each question the sentence that shares most of its words."""
    candidates = [(item.id, sentence, set(words(sentence))) for item in items for sentence in sentences(item.text)]
    return [_answer(number, set(words(question)), candidates) for number, question in enumerate(questions)]


def _answer(number: int, wanted: set[str], candidates: Iterable[tuple[str, str, set[str]]]) -> FoundAnswer:
    best = max(candidates, key=lambda each: len(wanted & each[2]), default=None)
    if best is None or not wanted or len(wanted & best[2]) * 3 < len(wanted):
        return FoundAnswer(question=number, found=False, answer="", cites=[])
    return FoundAnswer(question=number, found=True, answer=best[1], cites=[best[0]])


_SYMBOL = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,5}(?:[./-][A-Z])?(?![A-Za-z0-9])")
_SURE = re.compile(f"{CASHTAG}|{LISTED}")
_PHRASE = re.compile(r"\b[A-Z][a-zA-Z&'-]+(?:\s+[A-Z][a-zA-Z&'-]+\.?)*")
_ORGANISATION = re.compile(r"\b(Inc|Corp|Corporation|Company|Co|Ltd|LLC|Group|Holdings|Bank|Technologies|Platforms)\b")
_COMPANIES = frozenset(
    "Apple Microsoft Nvidia NVIDIA Tesla Amazon Alphabet Google Meta Intel Palantir GameStop Ford Reuters Bloomberg "
    "Reddit OpenAI Anthropic Samsung Berkshire".split()
)
_LOCATIONS = frozenset(
    ["America", "Asia", "California", "China", "Europe", "France", "Germany", "India", "Japan", "Korea", "London",
     "New York", "Silicon Valley", "Taiwan", "Texas", "Tokyo", "United Kingdom", "United States", "Washington"]
)  # fmt: skip
_FIRST_NAMES = frozenset(
    "Andy Bill Colette David Elon Jamie James Janet Jeff Jensen Jerome John Lisa Mark Mary Michael Robert Ryan Sam "
    "Satya Sundar Susan Tim Warren".split()
)


def named(items: Sequence[Item]) -> list[Entity]:
    """Tickers as they are mentioned; people, organisations and locations by capitals and short lists."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in items:
        for name, kind in (*_tickers(item.text), *_names(item.text)):
            cites = found.setdefault((name, kind), [])
            if item.id not in cites:
                cites.append(item.id)
    return [Entity.model_validate({"name": n, "kind": k, "cites": cites}) for (n, k), cites in found.items()]


def _tickers(text: str) -> Iterable[tuple[str, str]]:
    """Those with a $ or their exchange, and the listed ones that mean the share here, and not NATO or HTTP."""
    written = {match[1] or match[2] for match in _SURE.finditer(text)}
    listed = {canonical(match[0]) for match in _SYMBOL.finditer(text)} & shipped().names.keys()
    meant = {symbol for symbol in listed if mention_of(symbol).search(text)}
    return [(symbol, "ticker") for symbol in sorted({canonical(each) for each in written} | meant)]


def _names(text: str) -> Iterable[tuple[str, str]]:
    for match in _PHRASE.finditer(text):
        name = " ".join(match[0].split())
        first, *rest = name.split()
        if name in _LOCATIONS:
            yield name, "location"
        elif first in _FIRST_NAMES and rest:
            yield name, "person"
        elif (_ORGANISATION.search(name) and rest) or name.split("'")[0] in _COMPANIES:
            yield name.removesuffix("'s"), "organisation"
