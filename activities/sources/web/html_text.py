"""The readable text of an HTML document, up to a bound. Layout is lost, paragraphs stay apart."""

import re
from html.parser import HTMLParser

_SKIPPED = frozenset({"script", "style", "head", "noscript", "noframes", "iframe", "template", "ix:header"})
#: What browsers set in a block of its own, and what a person sees as a thing apart.
_BREAKS = frozenset(
    "address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup option p pre search section "
    "select summary table tbody tfoot thead title tr ul".split()
)
#: What a head may hold; anything else ends it, as in browsers: its end and the beginning of the body may be left out.
_OF_HEAD = frozenset("base basefont bgsound link meta noframes noscript script style template title".split())
_CELLS = frozenset({"td", "th", "button", "input", "textarea", "label", "rt", "del", "ins", "s", "strike"})
#: A note behind a number, or an exponent.
_RAISED = re.compile(r"(?<=\d)(<su[bp]\b[^<>]*>(?:\s*<[a-z][^<>]*>)*)(?=\d)", re.IGNORECASE)
#: Comments that are empty, and another end of one, as browsers read them: for the parser all that follows was comment.
_COMMENT_END = re.compile(r"<!---?>|--!>")
_CHUNK = 256 * 1024


def html_to_text(html: str, limit: int) -> str:
    """The text of `html`, at most `limit` characters.

    The parser stops soon after it has enough: annual reports are tens of megabytes.
    """
    reader = _Reader()
    html = notes_apart(_COMMENT_END.sub(lambda found: "-->" if found[0] == "--!>" else "", html))
    for start in range(0, len(html), _CHUNK):
        reader.feed(html[start : start + _CHUNK])
        if reader.characters > 2 * limit:
            break
    else:
        reader.close()
    return _tidied("".join(reader.pieces))[:limit]


def notes_apart(html: str) -> str:
    """With a space before what is raised behind a digit: "$1,234" with a note 5 is not $1,2345."""
    return _RAISED.sub(r" \1", html)


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

    def parse_html_declaration(self, i: int) -> int:
        """As browsers read `<![a]>`: as a comment. The parser of the standard library gives up on it."""
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body" or (self._skipping == ["head"] and tag not in _OF_HEAD):
            self._skipping.clear()
        if tag in _SKIPPED:
            self._skipping.append(tag)
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            # With what was opened in it and never closed.
            while self._skipping.pop() != tag:
                pass
        elif tag in _BREAKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.pieces.append(data)
            self.characters += len(data.strip())
