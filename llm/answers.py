"""Finds the JSON in what a model wrote: in a fence, behind its thoughts, between sentences."""

import json
import re
from collections.abc import Iterator

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
#: Some servers leave out the tag that opens the thoughts.
_END_OF_THOUGHTS = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCE = re.compile(r"(?:```|~~~)\s*\w*\s*\n?")
_OPENS = re.compile(r"[{\[]")
_OBJECT = re.compile(r"\{\s*\"")
#: A comma behind the last one, which JSON does not have; strings are stepped over.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])')
#: Sentences may have braces as well. No more of them are tried.
_MOST_TRIED = 50


def json_in(text: str) -> str:
    """The JSON object or list, the longest if there are several; of a text that breaks off, what there is of it.

    The text as it is if there is none.
    """
    rest = _THOUGHTS.sub("", text)
    # Not by one pattern: ".*" before it would look through all that follows, from each place of a long answer.
    thought_until = max((found.end() for found in _END_OF_THOUGHTS.finditer(rest)), default=0)
    said = rest[thought_until:].strip()
    whole = max(_decodable(said), key=len, default="") or max(
        _decodable(_without_last_commas(said)), key=len, default=""
    )
    begun = _OBJECT.search(said)
    if len(whole) > 2 or not begun:
        return whole or said
    return _FENCE.split(said[begun.start() :])[0].strip()


def _decodable(said: str) -> Iterator[str]:
    decoder = json.JSONDecoder()
    place = tried = 0
    while tried < _MOST_TRIED and (found := _OPENS.search(said, place)):
        tried += 1
        try:
            _, end = decoder.raw_decode(said, found.start())
        except (ValueError, RecursionError):
            if _OBJECT.match(said, found.start()):
                # The answer, which breaks off: what is whole inside of it is only a part.
                return
            place = found.end()
            continue
        yield said[found.start() : end]
        place = end


def _without_last_commas(said: str) -> str:
    return _STRING_OR_COMMA.sub(lambda found: "" if found[0] == "," else found[0], said)
