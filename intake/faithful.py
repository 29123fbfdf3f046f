"""Checks that another wording names the same tickers, pages, subreddits and quoted texts: none more, none less.

A model proposes the wording, so nothing that it may have made up, or been talked into, passes for the person's words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.tasks.plain_language import NameRead, ParsedText, Understood

#: Fields whose values are words of the language. All others name something outside, also those that come to be.
_OF_THE_LANGUAGE = frozenset(
    """
    task_type date_range run_at priority limit order comments filing_types sources operation follow_ups
    """.split()
)
_WHAT = {"ticker": "a ticker", "url": "a page", "subreddits": "a subreddit", "text": "a quoted text"}
_NUMBER = re.compile(r"\d+")
_PUNCTUATION = ".,;:!?)"
_SECURE = "https://"


class Unfaithful(Exception):
    """Says of what the other wording names more or less than the person did."""


@dataclass(frozen=True)
class _Name:
    """Something outside, in the form in which it is the same however it is written."""

    field: str
    value: str
    #: As it stands in the sentence.
    written: str


def check(original: ParsedText, other: ParsedText, symbols: Mapping[str, str]) -> list[NameRead]:
    """The tickers that rest on words of which the rules made nothing. ``symbols``: the words for each, says the model.

    Raises:
        Unfaithful: the other wording names something else than the person did.
    """
    known, said = {_key(each) for each in _names(original)}, list(_names(other))
    added = {_key(each): each for each in said if _key(each) not in known}
    read = [found for each in added.values() if (found := _accounted_for(each, original, symbols))]
    if len({each.text.casefold() for each in read}) < len(read):
        raise Unfaithful("It reads two tickers from one name.")
    kept = {_key(each) for each in said}
    for lost in _names(original):
        if _key(lost) not in kept and not _find(lost.written, other.text):
            raise Unfaithful(f"It leaves out {_what(lost)} that you wrote.")
    return read


def added_words(original: ParsedText, other: ParsedText) -> list[str]:
    """What was understood of the other wording, names apart, that the person wrote neither so nor with its numbers."""
    numbers = set(_NUMBER.findall(original.text))
    said = (each.text for each in other.understood if each.field in _OF_THE_LANGUAGE - {"follow_ups"})
    return [each for each in dict.fromkeys(said) if not _is_said(each, original.text, numbers)]


def _is_said(words: str, text: str, numbers: set[str]) -> bool:
    theirs = set(_NUMBER.findall(words))
    return bool(_find(words, text)) or (bool(theirs) and theirs <= numbers)


def _accounted_for(name: _Name, original: ParsedText, symbols: Mapping[str, str]) -> NameRead | None:
    """For a ticker, what it rests on.

    Raises:
        Unfaithful: nothing of the kind was written, where the rules did not know what to make of it.
    """
    left = _left(original)
    if name.field == "ticker":
        for words in (name.value, symbols.get(name.value, "")):
            if found := _open_words(words, original, left):
                return NameRead(ticker=name.value, text=" ".join(found.split()))
    elif name.field == "url":
        if name.value.removeprefix(_SECURE) in (each.rstrip(_PUNCTUATION) for each in left.split()):
            return None
    elif name.field == "text":
        if name.value.strip() and " ".join(name.value.split()) in " ".join(original.text.split()):
            return None
    elif _open_words(name.value, original, left):
        return None
    raise Unfaithful(f"It names {_what(name)} that you did not write.")


def _open_words(words: str, original: ParsedText, left: str) -> str:
    """The words as they stand where the rules asked: neither understood nor of those that carry nothing."""
    ignored = {each.casefold() for each in original.ignored}
    return "" if set(words.casefold().split()) <= ignored else _find(words, left)


def _left(parsed: ParsedText) -> str:
    """The text without what was understood."""
    text = parsed.text
    for each in parsed.understood:
        end = each.start + len(each.text)
        text = text[: each.start] + "\x00" * len(each.text) + text[end:]
    return text


def _names(parsed: ParsedText) -> Iterator[_Name]:
    for each in parsed.understood:
        if each.field not in _OF_THE_LANGUAGE:
            yield from (_Name(each.field, str(value), each.text) for value in _values(each))


def _values(understood: Understood) -> Sequence[object]:
    return understood.value if isinstance(understood.value, list) else [understood.value]


def _key(name: _Name) -> tuple[str, str]:
    return name.field, name.value.casefold() if name.field == "subreddits" else name.value


def _what(name: _Name) -> str:
    return _WHAT.get(name.field, "something")


def _find(words: str, text: str) -> str:
    """The whole words as they stand in the text, in small letters or capitals; empty if they do not."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) if pattern else None
    return found[0] if found else ""


def readings(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a model says which symbol was written as; the first one counts."""
    found: dict[str, str] = {}
    for symbol, written in pairs:
        found.setdefault(symbol.strip().lstrip("$").upper(), written)
    return found
