"""Makes what is no HTML readable as if it were: typewritten submissions, and XML for programs.

Before 2001 filings were typed: "net income <loss>", "<less than 1%>" are words there, and no tags. Of XML the names of
the elements are kept, without which the values say nothing.
"""

import re
from html import escape, unescape

from lxml.html import defs

#: What EDGAR and its filers mark in typed text.
_SGML = frozenset(
    "sec-document sec-header ims-document ims-header acceptance-datetime document type sequence filename description "
    "text page table caption s c f1 f2 f3 f4 f5 fn pdf xml xbrl article multiplier legend period-type".split()
)
_KNOWN = _SGML | frozenset(defs.tags)
_TAG = re.compile(r"</?([a-z][\w:.-]*)(?:\s+[\w:-]+\s*=[^<>]*|\s*/?)>|<[!?]", re.IGNORECASE)
_OPENING = re.compile(r"<")
_IS_HTML = re.compile(r"<(?:html|body|div|p)\b", re.IGNORECASE)
_XML_PART = re.compile(r"<XML>(.*?)(?:</XML>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"(<[^<>]*>)")
_OPENED = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[^<>]*(?<!/)>")


def typed(text: str) -> str:
    """Of a submission, or a part of one, with `<` as a sign wherever it opens no tag; HTML stays as it is."""
    text = _XML_PART.sub(lambda part: xml_as_lines(part[1]), text)
    if _IS_HTML.search(text):
        return text
    return _OPENING.sub(lambda found: "<" if _is_tag(text, found.start()) else "&lt;", text)


def is_xml(text: str) -> bool:
    """Whether it is XML that a person would not read; what EDGAR has made a page of is HTML."""
    return text.lstrip().startswith("<") and not _IS_HTML.search(text) and "<table" not in text.lower()


def xml_as_lines(text: str) -> str:
    """A line for each text, behind the name of an element that has nothing else: `nameOfIssuer: APPLE INC`; as HTML.

    An element that is called value says less than the one that it is the value of.
    """
    parts = _MARKUP.split(text)
    lines, names = [""], ["", ""]
    for said, tag in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if words := " ".join(unescape(said).split()):
            name = names[0] if names[1] == "value" and names[0] else names[1]
            lines.append(f"{name}: {words}" if name and tag.startswith("</") else words)
            names = ["", ""]
        opened = _OPENED.match(tag)
        names = [names[1], opened[1]] if opened else ["", ""]
    return escape("\n".join([*lines, ""])) if len(lines) > 1 else ""


def _is_tag(text: str, place: int) -> bool:
    found = _TAG.match(text, place)
    return found is not None and (found[1] is None or ":" in found[1] or found[1].lower() in _KNOWN)
