"""Turns a document of EDGAR into text: without pictures, in pieces that a row takes, saying whether there is more."""

import re
from dataclasses import dataclass

from activities.sources.sec.plain_text import is_xml, typed, xml_as_lines
from activities.sources.text import storable
from activities.sources.web.encodings import decoded
from activities.sources.web.html_text import html_to_text

#: Longest piece of a text, in characters.
TEXT_LIMIT = 200_000
#: Pieces kept of a document. The longest annual reports, those of banks, have nine.
MOST_PIECES = 20
#: A part of a full submission: its type stands in the line behind its head.
_PART = re.compile(r"<DOCUMENT>(.*?)(?:</DOCUMENT>|\Z)", re.DOTALL | re.IGNORECASE)
_TYPE = re.compile(r"<TYPE>([^\r\n<]*)", re.IGNORECASE)
_FILE_NAME = re.compile(r"<FILENAME>[^\r\n<]*\.(\w+)", re.IGNORECASE)
#: Pictures, archives, tables for programs.
_NO_TEXT = frozenset("GRAPHIC ZIP EXCEL JSON COVER XML".split())
_NO_TEXT_FILES = frozenset("jpg jpeg gif png bmp pdf zip xls xlsx json xsd js css".split())
#: Bytes as lines of text (uuencode), as old submissions have them.
_PACKED = re.compile(
    r"^begin [0-7]{3,4} [^\n]*\r?\n[M-_!-L`][ -`]{0,61}\r?\n.*?(?:^end\s*?$|\Z)", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class DocumentText:
    """What there is to read."""

    text: str = ""
    #: There is more of it than is kept.
    truncated: bool = False

    @property
    def pieces(self) -> list[str]:
        """The text in pieces of at most `TEXT_LIMIT`; one, which may be empty, of most documents."""
        starts = range(0, max(len(self.text), 1), TEXT_LIMIT)
        return [self.text[start : start + TEXT_LIMIT] for start in starts]


def text_of(body: bytes, url: str, *, cut: bool = False) -> DocumentText:
    """The text of a document or of a full submission. Takes a moment of computing: call it in a thread."""
    # Older documents come from Windows word processors and rarely say so.
    document = decoded(body, undeclared="windows-1252")
    if url.lower().endswith(".txt"):
        document = _without_bytes(document)
    elif url.lower().endswith(".xml") and is_xml(document):
        document = xml_as_lines(document) or document
    most = TEXT_LIMIT * MOST_PIECES
    text = html_to_text(document, most + 1)
    return DocumentText(storable(text, most), truncated=cut or len(text) > most)


def _without_bytes(submission: str) -> str:
    submission = _PACKED.sub("", submission)
    if not _PART.search(submission):
        return typed(submission)
    return _PART.sub(lambda part: typed(part[1]) if _has_text(part[1][:2_000]) else "\n", submission)


def _has_text(head: str) -> bool:
    type_, name = _TYPE.search(head), _FILE_NAME.search(head)
    kind = type_[1].strip().upper() if type_ else ""
    if kind in _NO_TEXT or kind.startswith("EX-101"):
        return False
    return not (name and name[1].lower() in _NO_TEXT_FILES)
