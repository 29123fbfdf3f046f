"""Loads the words by which the offline model judges texts. `lexicon.txt` beside this file says how it is read."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("lexicon.txt")
_LONGEST = 5
_HISSING = ("ss", "x", "z", "ch", "sh")


class Entry(NamedTuple):
    """What a word or phrase says: its section in the file, and its weight."""

    section: str
    weight: float


@dataclass(frozen=True)
class Lexicon:
    """Phrases as tuples of words: as they are written, and as their stems."""

    exact: dict[tuple[str, ...], list[Entry]] = field(default_factory=dict)
    stems: dict[tuple[str, ...], list[Entry]] = field(default_factory=dict)

    def longest(
        self, words: list[str], stems: list[str], place: int, sections: Container[str]
    ) -> tuple[Entry, int] | None:
        """The longest phrase that begins at this place, of these sections, and how many words it has."""
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            end = place + length
            entries = self.exact.get(tuple(words[place:end])) or self.stems.get(tuple(stems[place:end])) or ()
            for entry in entries:
                if entry.section in sections:
                    return entry, length
        return None


@cache
def lexicon() -> Lexicon:
    """Read once per process, in a few milliseconds."""
    found = Lexicon()
    for section, weight, phrase in _entries(_FILE.read_text(encoding="utf-8")):
        entry = Entry(section, weight)
        words = tuple(phrase.removeprefix("=").split())
        found.exact.setdefault(words, []).append(entry)
        if not phrase.startswith("="):
            found.stems.setdefault(tuple(map(stem, words)), []).append(entry)
    return found


def _entries(text: str) -> Iterator[tuple[str, float, str]]:
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            weight, _, phrases = line.partition(": ")
            for phrase in phrases.split(", "):
                yield section, float(weight), phrase


@lru_cache(20_000)
def stem(word: str) -> str:
    """Without the endings of plurals and verbs: rises, rising and rise are one."""
    if len(word) > 3 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("es") and word[:-2].endswith(_HISSING):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
    for ending, least in (("ing", 6), ("ed", 5)):
        if len(word) >= least and word.endswith(ending):
            word = word.removesuffix(ending)
            word = word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
