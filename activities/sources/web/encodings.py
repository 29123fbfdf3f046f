"""Decodes pages and feeds as browsers do: by the byte order mark, the header, or the document's own word.

Labels are those of the WHATWG (`webencodings`): `iso-8859-9` means windows-1254, `euc-kr` means cp949. Where nobody
says anything, UTF-8 that is valid is UTF-8, and the rest is guessed: a few words here, texts by `charset_normalizer`.
"""

import re
from collections.abc import Sequence
from email.message import Message

import charset_normalizer
import webencodings

from activities.sources.web.short_texts import guessed

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
#: Browsers look at the first KiB and go on while the head lasts; some heads are long.
_HEAD = 16 * 1024
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta[\s/]((?:[^>\"']|\"[^\"]*\"|'[^']*')*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"([^\s=/\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([^\s\"'/;]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
#: Guessing looks at so much: more does not make it better, only slower.
_SAMPLE = 32 * 1024
_GUESSED = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "iso8859_2",
    "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "gb18030", "big5",
]  # fmt: skip
_JAPANESE = re.compile(rb"\x1b\$[@B]")
_FALLBACK = "windows-1252"
#: Bytes at the beginning in which a document has nothing but tags and declarations.
_MARKUP = 40


def decoded(body: bytes, content_type: str = "", *, xml: bool = False, undeclared: str = "") -> str:
    """The text of a body, without a byte order mark; what cannot be decoded becomes the replacement character.

    `undeclared`: what it is in, if nobody says so and it is not UTF-8; guessed, if that is not known either.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _text(body[len(mark) :], name)
    declared = [_of_header(content_type), *_of_document(body, xml=xml)]
    for label in declared:
        if label and (encoding := webencodings.lookup(label)):
            # Which half of a character comes first its bytes tell better than a header.
            is_wide = encoding.name.startswith("utf-16")
            return _text(body, (is_wide and _utf16_without_mark(body)) or encoding.name)
    return _undeclared(body, undeclared)


def _of_header(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type
    return str(message.get_param("charset", "")).strip("\"' ")


def _of_document(body: bytes, *, xml: bool) -> Sequence[str]:
    head = body[:_HEAD]
    found = [match[1] for match in [_XML.match(head)] if match]
    if not xml:
        found = [label for tag in _META.finditer(_COMMENT.sub(b"", head)) if (label := _of_meta(tag[1]))] + found
    return [_meant(label) for label in map(_ascii, found)]


def _of_meta(attributes: bytes) -> bytes:
    """What a tag declares: a description that speaks of charset=… declares nothing."""
    said = {found[1].lower(): found[2] or found[3] or found[4] or b"" for found in _ATTRIBUTE.finditer(attributes)}
    if b"charset" in said:
        return said[b"charset"].strip()
    if said.get(b"http-equiv", b"").strip().lower() != b"content-type":
        return b""
    declared = _CHARSET.search(said.get(b"content", b""))
    return declared[1] if declared else b""


def _meant(label: str) -> str:
    """Who could read it is not reading UTF-16 (which Word calls "unicode"); browsers take it for UTF-8 as well."""
    encoding = webencodings.lookup(label)
    name = encoding.name if encoding else ""
    return "utf-8" if name.startswith("utf-16") else _FALLBACK if name == "x-user-defined" else label


def _ascii(label: bytes) -> str:
    return label.decode("ascii", "replace")


def _undeclared(body: bytes, name: str) -> str:
    if _JAPANESE.search(body):
        return _text(body, "iso-2022-jp")
    if wide := _utf16_without_mark(body):
        return _text(body, wide)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        # One broken sequence in a text of UTF-8 does not make it another encoding.
        if _mostly_utf8(body, error):
            return body.decode("utf-8", "replace")
    if name:
        return _text(body, name)
    if short := guessed(body):
        return _text(body, short) if webencodings.lookup(short) else body.decode(short, "replace")
    best = charset_normalizer.from_bytes(body[:_SAMPLE], cp_isolation=_GUESSED).best()
    encoding = webencodings.lookup(best.encoding.replace("_", "-")) if best else None
    return _text(body, encoding.name if encoding else best.encoding if best else _FALLBACK)


def _utf16_without_mark(body: bytes) -> str:
    """Which of the two it is, if every other byte of the beginning is NUL, as in markup; empty if it is none."""
    first, second = body[:_MARKUP:2], body[1:_MARKUP:2]
    for name, letters, zeros in (("utf-16le", first, second), ("utf-16be", second, first)):
        if len(zeros) > 1 and 0 not in letters and zeros.count(0) > 0.8 * len(zeros):
            return name
    return ""


def _mostly_utf8(body: bytes, error: UnicodeDecodeError) -> bool:
    if len(body) - error.start < 4 and error.end == len(body):
        return any(byte > 127 for byte in body[: error.start])
    text = body.decode("utf-8", "replace")
    good = sum(character > "\x7f" and character != "\ufffd" for character in text)
    return good > 4 * text.count("\ufffd")


def _text(body: bytes, name: str) -> str:
    encoding = webencodings.lookup(name)
    if encoding is None:
        return body.decode(name, "replace")
    return str(encoding.codec_info.decode(body, "replace")[0])
