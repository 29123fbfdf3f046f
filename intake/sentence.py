"""A sentence, and which of its words have been understood by whom. No word is understood twice."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.tasks.plain_language import Question

#: One character for one, so that positions stay.
_TYPOGRAPHY = str.maketrans("\u201c\u201d\u201e\u2018\u2019\u2013\u2014\u00a0\n\t\r", '"""\'\'--    ')
_TAKEN = "\x00"


@dataclass(frozen=True)
class Mention:
    """A field that was read from the characters ``start`` to ``end``."""

    field: str
    value: Any
    start: int
    end: int


@dataclass
class Sentence:
    written: str
    mentions: list[Mention] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.written.translate(_TYPOGRAPHY).replace(_TAKEN, " ")
        #: The text with everything that is taken blotted out.
        self.rest = self.text
        #: In capitals throughout, capitals say nothing.
        self.shouted = not any(each.islower() for each in self.text)

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where the pattern matches what is not taken yet."""
        position = 0
        while found := pattern.search(self.rest, position):
            yield found
            position = max(found.end(), position + 1)

    def take(self, field: str, value: Any, span: tuple[int, int]) -> None:
        """These characters are understood."""
        start, end = self._trimmed(span)
        self.mentions.append(Mention(field, value, start, end))
        self.blot((start, end))

    def blot(self, span: tuple[int, int]) -> None:
        """Nobody else looks at these characters."""
        start, end = self._trimmed(span)
        self.rest = self.rest[:start] + _TAKEN * (end - start) + self.rest[end:]

    def ask(self, field: str, question: str, span: tuple[int, int] | None = None, answers: Iterable[str] = ()) -> None:
        """These characters lead to a question. ``answers``: whole sentences that may be meant (`instead`)."""
        if span:
            self.blot(span)
        asked = Question(field=field, question=question, answers=list(dict.fromkeys(answers)))
        if all(each.question != question for each in self.questions):
            self.questions.append(asked)

    def instead(self, span: tuple[int, int], words: str) -> str:
        """The sentence with other words in this place."""
        return self.replaced({span: words})

    def replaced(self, words: Mapping[tuple[int, int], str]) -> str:
        """The sentence with other words in these places."""
        text = self.written
        for span in sorted(words, reverse=True):
            start, end = self._trimmed(span)
            text = text[:start] + words[span] + text[end:]
        return " ".join(text.split())

    def of(self, field: str) -> list[Mention]:
        """The mentions of a field, in the order of the sentence."""
        return sorted((each for each in self.mentions if each.field == field), key=lambda each: each.start)

    def words(self, span: tuple[int, int]) -> str:
        """The characters as they were written."""
        return self.written[slice(*span)]

    def _trimmed(self, span: tuple[int, int]) -> tuple[int, int]:
        piece = self.text[slice(*span)]
        return span[0] + len(piece) - len(piece.lstrip()), span[1] - len(piece) + len(piece.rstrip())


def pattern(text: str) -> re.Pattern[str]:
    """A space stands for white space, `` ?`` for none as well, small letters for both; it ends between words."""
    spaced = text.replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(rf"(?<![\w$@#])(?:{spaced})(?!\w)", re.IGNORECASE)
