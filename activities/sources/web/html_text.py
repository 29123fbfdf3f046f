"""The readable text of an HTML document, up to a bound. Layout is lost, paragraphs stay apart."""

import re
from html.parser import HTMLParser

_SKIPPED = frozenset({"script", "style", "head", "noscript", "template", "ix:header"})
_BREAKS = frozenset(
    {
        "p",
        "div",
        "br",
        "tr",
        "li",
        "table",
        "ul",
        "ol",
        "section",
        "hr",
        *(f"h{level}" for level in range(1, 7)),
    }
)
_CELLS = frozenset({"td", "th"})
_CHUNK = 256 * 1024


def html_to_text(html: str, limit: int) -> str:
    """The text of `html`, at most `limit` characters.

    The parser stops soon after it has enough: annual reports are tens of megabytes.
    """
    reader = _Reader()
    for start in range(0, len(html), _CHUNK):
        reader.feed(html[start : start + _CHUNK])
        if reader.characters > 2 * limit:
            break
    else:
        reader.close()
    return _tidied("".join(reader.pieces))[:limit]


def _tidied(text: str) -> str:
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r" ?\n[ \n]*", "\n", text).strip()


class _Reader(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        #: Other than white space.
        self.characters = 0
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._skipping.clear()
        elif tag in _SKIPPED:
            self._skipping.append(tag)
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping and tag == self._skipping[-1]:
            self._skipping.pop()
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.pieces.append(data)
            self.characters += len(data.strip())
