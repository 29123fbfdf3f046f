"""Guesses the encoding of a few words that say nothing of it.

`charset_normalizer` needs a paragraph: of "à la carte" and "Акции" it makes other words of other languages. Here a
reading counts by how usual its letters are, in the script that the encoding is for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

#: More of them are a text, which is guessed by its language.
MOST_HIGH_BYTES = 120
_HIGH = re.compile(r"[^\x00-\x7f]")
#: In other scripts than the Latin one no word has letters of ASCII, unless they are halves of characters.
_MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_FEW = 2
_ENOUGH, _ENOUGH_IF_MIXED = 0.6, 0.85
#: In Western texts these stand beside letters only as "m²" and "1º"; in Central European ones they are letters.
_NO_LETTERS = "\u00a1-\u00a9\u00ab-\u00bf\u00d7\u00f7"
_INSIDE = re.compile(rf"(?:[^\W\d_][{_NO_LETTERS}]|[\u00b9\u00b3\u00b1\u00b6\u00bc\u00bd\u00be\u00a5\u00a6])[^\W\d_]")
#: Of Icelandic, or of Turkish and Czech read wrongly.
_RARE_IN_WEST = re.compile(r"[ðþýÐÞÝ]")


@dataclass(frozen=True)
class _Script:
    encoding: str
    usual: re.Pattern[str]
    #: Of a multibyte encoding: how usual a character with these bytes is; None: all that `usual` finds.
    by_bytes: Callable[[bytes], bool] | None = None
    #: Counts so much: another encoding may know the character by its script.
    by_bytes_counts: float = 0.9


_CYRILLIC = re.compile(r"[\u0430-\u044f\u0451]|(?<!\w)[\u0410-\u042f\u0401]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fc]")
_SCRIPTS = (
    _Script("cp1251", _CYRILLIC),
    _Script("koi8_r", _CYRILLIC),
    _Script("cp1253", re.compile(r"[\u03ac-\u03ce]|(?<!\w)[\u0386-\u03a9]")),
    _Script("cp1256", re.compile(r"[\u0621-\u063a\u0641-\u064a]")),
    _Script("shift_jis", _KANA, lambda pair: 0x88 <= pair[0] <= 0x97),
    # Hardly anything Japanese is without kana, and the same bytes are Chinese.
    _Script("euc_jp", _KANA, lambda pair: 0xB0 <= pair[0] <= 0xCF, 0.85),
    _Script("euc_kr", re.compile(r"[\uac00-\ud7a3]"), lambda pair: False),
    _Script("gb18030", re.compile(r"[\u3001\u3002\uff0c]"), lambda pair: 0xB0 <= pair[0] <= 0xD7 and pair[-1] >= 0xA1),
    _Script("big5", re.compile(r"[\u3001\u3002\uff0c]"), lambda pair: 0xA4 <= pair[0] <= 0xC6),
)


def guessed(body: bytes) -> str:
    """The encoding of a short text; empty if this is for `charset_normalizer` to say."""
    text = re.sub(rb"<[^>]*>", b" ", body)
    high = sum(byte > 0x7F for byte in text)
    if not high or high > MOST_HIGH_BYTES:
        return ""
    mixed = _MIXED.search(text) is not None
    scripts = [script for script in _SCRIPTS if script.by_bytes or not mixed] if high > _FEW else []
    scores = {script.encoding: _score(text, script) for script in scripts}
    best = max(scores, key=lambda name: scores[name], default="")
    if best and scores[best] >= (_ENOUGH_IF_MIXED if mixed else _ENOUGH):
        return best
    return "windows-1252" if (mixed or high <= _FEW) and _is_western(text) else ""


def _is_western(body: bytes) -> bool:
    try:
        text = body.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return not (_INSIDE.search(text) or _RARE_IN_WEST.search(text))


def _score(body: bytes, script: _Script) -> float:
    """The share of characters beyond ASCII that are usual, by bytes; 0 if it is not this encoding."""
    try:
        text = body.decode(script.encoding)
    except UnicodeDecodeError:
        return 0.0
    found = _HIGH.findall(text)
    usual = {match.start() for match in script.usual.finditer(text)}
    total = good = 0.0
    for match in _HIGH.finditer(text):
        raw = match[0].encode(script.encoding, "replace")
        total += len(raw)
        if match.start() in usual:
            good += len(raw)
        elif script.by_bytes is not None and len(raw) == 2 and script.by_bytes(raw):
            good += script.by_bytes_counts * len(raw)
    return good / total if found else 0.0
