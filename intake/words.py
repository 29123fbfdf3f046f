"""Lists filler words, and asks about words that no rule understood."""

import re

from intake.hints import hint
from intake.sentence import Sentence, pattern

#: Said when something is collected, as opposed to looked at.
COLLECTING = frozenset("pull crawl scrape fetch collect download gather grab".split())
_FILLERS = COLLECTING | frozenset(
    """
    's a about add also an and are as at based can check clawdbot company concerning could create data discussion
    discussions do find first for from get give hello hey hi i i'd i'll in is it it's its job just kindly latest
    let's lets like load make me mention mentioned mentioning mentions need of on please pls plz posts queue
    recent regarding related run schedule search shares some start stock symbol symbols task thank thanks
    that the their them there these they this those thread threads ticker tickers to tweets unscored us want we
    well with would you you're
    """.split()
)
#: Other short words in capitals may be symbols.
_NO_SYMBOLS = frozenset("AND I PLS PLZ THE".split())
#: Where everything is in capitals, "NVDA AND IT" may mean two symbols.
_PRONOUNS = frozenset("IT ITS THEM THIS THESE THOSE THEY ALL ARE US ME".split())
_LISTED = re.compile(r"(?:\bAND|[,&+])\s*$")
JOINER = re.compile(r"\band\b|\bplus\b|\bas\s+well\s+as\b|[,&+;]", re.IGNORECASE)
_THEN = pattern(
    r"(?:and )?(?:then|after that|afterwards?|followed by|finally"
    r"|(?:once|when) (?:that is|that's|it is|it's|they are|they're) (?:done|finished|over|in))"
)
_WORD = re.compile(r"[^\s\x00,;:!?&+()]+")


def read_then(sentence: Sentence) -> None:
    """Take the words behind which a follow-up begins."""
    for found in sentence.find(_THEN):
        sentence.take("then", None, found.span())


def read_fillers(sentence: Sentence) -> list[str]:
    """Take the words that carry nothing, and return them as they were written."""
    ignored = []
    for found in sentence.find(_WORD):
        word = found[0].rstrip(".")
        if word.lower() in _FILLERS and not _may_be_symbol(word, found.start(), sentence):
            span = found.start(), found.start() + len(word)
            ignored.append(sentence.words(span))
            sentence.take("ignored", word.lower(), span)
    return ignored


def _may_be_symbol(word: str, start: int, sentence: Sentence) -> bool:
    is_first = not sentence.text[:start].strip()
    if sentence.shouted:
        return word in _PRONOUNS and _LISTED.search(sentence.text, 0, start) is not None
    looks_like_one = word.isupper() and len(word) < 6 and word not in _NO_SYMBOLS
    return looks_like_one and not is_first


def ask_about_rest(sentence: Sentence) -> None:
    """One question for each run of words that nobody took."""
    for start, end in _runs(sentence):
        words = sentence.words((start, end))
        sentence.ask("text", f'"{words}": {hint(words)}', (start, end))


def _runs(sentence: Sentence) -> list[tuple[int, int]]:
    """What is left, as spans; only white space lies within one."""
    runs: list[tuple[int, int]] = []
    for place, character in enumerate(sentence.rest):
        if _is_nothing(sentence.rest, place, character):
            continue
        if runs and not sentence.rest[runs[-1][1] : place].strip():
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _is_nothing(rest: str, place: int, character: str) -> bool:
    before, behind = rest[place - 1] if place else " ", rest[place + 1] if place + 1 < len(rest) else " "
    if character == "-":
        return before in " \x00" and behind == " "
    if character == ".":
        return not (before.isalnum() and behind.isalnum())
    return character.isspace() or character in "\x00.,;:!?&+()"
