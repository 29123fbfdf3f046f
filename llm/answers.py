"""Finds the JSON in what a model wrote: in a fence, behind its thoughts, between sentences."""

import json
import re
from collections.abc import Iterator
from typing import Any

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
    """The JSON object or list; of several the longest, or all if each is of one thing, as in a line for each.

    Of a text that breaks off, what there is of it.

    The text as it is if there is none.
    """
    rest = _THOUGHTS.sub("", text)
    # Not by one pattern: ".*" before it would look through all that follows, from each place of a long answer.
    thought_until = max((found.end() for found in _END_OF_THOUGHTS.finditer(rest)), default=0)
    said = rest[thought_until:].strip()
    whole = max(
        (_chosen(list(_decodable(each))) for each in dict.fromkeys((said, _without_last_commas(said)))), key=len
    )
    begun = _OBJECT.search(said)
    if len(whole) > 2 or not begun:
        return whole or said
    return _FENCE.split(said[begun.start() :])[0].strip()


def _chosen(found: list[str]) -> str:
    found = list(dict.fromkeys(found))
    things = [json.loads(each) for each in found]
    if len(things) > 1 and all(isinstance(each, dict) and "id" in each for each in things):
        return f"[{','.join(found)}]"
    return _joined(things) or max(found, key=len, default="")


def _joined(things: list[Any]) -> str:
    """All of one list that was written in pieces, each under its name; empty if these are no such pieces."""
    pieces = [next(iter(each.items())) for each in things if isinstance(each, dict) and len(each) == 1]
    lists = [(name, items) for name, items in pieces if isinstance(items, list) and items]
    if len(lists) < 2 or len(lists) < len(things) or len({name for name, _ in lists}) > 1:
        return ""
    whole = [each for _, items in lists for each in items]
    ids = [str(each.get("id")) for each in whole if isinstance(each, dict) and "id" in each]
    return json.dumps({lists[0][0]: whole}) if len(whole) == len(ids) == len(set(ids)) else ""


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
