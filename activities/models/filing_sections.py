"""Chooses what of a long filing a model reads: its beginning is a cover page and a table of contents.

Reports are divided into items by law. Of each item that tells most about the business, the beginning is taken.
"""

import re
from itertools import pairwise

#: A heading stands in a line of its own; a table of contents has them as well, with hardly any text behind.
_HEADING = re.compile(
    r"^[ \t]*(?:part\s+[IV]+[\s,.:\u2013\u2014-]*)?"
    r"item\s+(\d{1,2}(?:\.\d{2}|\s?[A-C](?![A-Za-z]))?)[ \t.:\u2013\u2014-]*",
    re.IGNORECASE | re.MULTILINE,
)
#: What every cover page says, in lines as long as sentences.
_OF_COVER = re.compile(
    r"check mark|rule 14a|securities (?:exchange )?act of 19|incorporated by reference|shell company|par value|"
    r"pursuant to section",
    re.IGNORECASE,
)
#: A line of a cover, a letterhead or a table of contents is shorter.
_PROSE = 200
#: By form, the items that matter most first.
_WANTED = {
    "10-K": ("7", "1A", "1", "7A", "8"),
    "10-Q": ("2", "1A", "1", "3"),
    "20-F": ("5", "3", "4", "8"),
}
#: An item that is shorter is a line of a table of contents, or says that there is nothing to say.
_SHORTEST = 300
#: What the first section gets of the room; each following one gets as much of the rest.
_SHARE = 0.5
_GAP = "\n[…]\n"


def passages(form: str, text: str, limit: int) -> str:
    """At most `limit` characters of a filing: all of it, or the beginnings of the sections that tell most."""
    if len(text) <= limit:
        return text
    chosen = _chosen(form.upper().removesuffix("/A"), _sections(text))
    if not chosen:
        return text[_begin(text) :][:limit]
    parts, room = [], limit
    for number, section in enumerate(chosen):
        last = number == len(chosen) - 1
        part = section[: room if last else int(_SHARE * room)]
        parts.append(part)
        room -= len(part) + len(_GAP)
        if room < _SHORTEST:
            break
    return _GAP.join(parts)[:limit]


def _begin(text: str) -> int:
    """Where a document without items begins to tell something: its first line of prose; 0 if there is none."""
    start = 0
    for line in text.splitlines(keepends=True):
        if len(line) > _PROSE and not _OF_COVER.search(line):
            return start
        start += len(line)
    return 0


def _sections(text: str) -> dict[str, str]:
    """Each item with its longest text, in the order of the filing."""
    found = list(_HEADING.finditer(text))
    starts = [*(match.start() for match in found), len(text)]
    sections: dict[str, str] = {}
    for match, (start, end) in zip(found, pairwise(starts), strict=True):
        name, section = re.sub(r"\s", "", match[1].upper()), text[start:end].strip()
        if len(section) > len(sections.get(name, "")):
            sections[name] = section
    return {name: section for name, section in sections.items() if len(section) >= _SHORTEST}


def _chosen(form: str, sections: dict[str, str]) -> list[str]:
    for known, wanted in _WANTED.items():
        if form.startswith(known):
            return [sections[name] for name in wanted if name in sections]
    # Of a current report all items count, but for the list of its exhibits.
    return [section for name, section in sections.items() if name != "9.01"]
