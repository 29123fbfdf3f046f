"""Reads what is asked for beside a task: "reddit for nvda, and pause twitter". It is no part of the task."""

import re
from collections.abc import Callable

from intake.sentence import Sentence

FIELD = "command"
#: From there to the end of the sentence.
_ASIDE = re.compile(
    r"(?<=\S)\s*(?:[,;]|\band\b|\bthen\b|\balso\b|\bbut\b)(?:\s*(?:,|and|then|also|please|pls|can you)\b)*\s+"
    r"(?P<clause>(?:pause|resume|unpause|cancel|stop|abort|kill|terminate|retry|re-?run|undo|untrack|unwatch|delete"
    r"|turn|switch|track|watch|tell me|show me|what|why|which|how)\b.*)$",
    re.IGNORECASE,
)


def read_aside(sentence: Sentence, command_of: Callable[[str], str | None]) -> None:
    """Ask about it, and offer the task alone. ``command_of``: what does a thing that is no task."""
    found = _ASIDE.search(sentence.text)
    if found is None or any(each.field in ("url", "quoted") for each in sentence.mentions):
        return
    clause = found["clause"].rstrip(" .!?")
    if command := command_of(clause):
        span = (found.start(), len(sentence.text))
        sentence.mentions = [each for each in sentence.mentions if each.start < found.start()]
        question = f'"{clause}" is another thing, and no task. {command}'
        sentence.ask(FIELD, question, span, [sentence.instead(span, "")])
