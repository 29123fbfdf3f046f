"""Tells which words of a sentence somebody says are so, and which are asked, supposed or left open.

"Is it overvalued?" says nothing, "why is it falling?" says that it falls. Nor does "if they miss" say that they do, and
what would be then is not either.
"""

import re
from collections.abc import Sequence

_ASKS_WHETHER = frozenset(
    "is are was were am will would shall should could can may might do does did has have had any anyone anybody".split()
)
#: What may stand before the question.
_BEFORE_QUESTION = frozenset("so and but or hey wait well ok guys question serious ticker then now".split())
_ASKS_HOW = frozenset("who what why how when where which whose".split())
_SUPPOSES = frozenset({"if", "unless", "whether"})
#: "Even if they miss, this is great": what follows holds all the same.
_CONCEDES = frozenset({"even", "as", "only"})
_INVERTED = frozenset({"should", "were", "had"})
_PRONOUNS = frozenset("i we you he she they it this that there these those".split())
#: Behind "should" without a subject, as people write: "Should be a great quarter, in at 50".
_WITHOUT_SUBJECT = frozenset(
    "a an be have see go get buy sell hold do make keep open pop drop rally moon rise fall run climb beat hit reach "
    "pay work help give take come bounce break continue still also just easily definitely probably only never always "
    "not at by".split()
)
_WAS_DONE = re.compile(
    r"\w{2,}ed|\w{3,}en|been|known|grown|gone|done|come|become|made|sold|bought|held|kept|cut|met|won|lost|run"
)
_OF_SUPPOSED = frozenset("would could might may should".split())
_UNREAL = frozenset({"would"})
_OWNED = frozenset("its their our".split())
#: What divides clauses. "Would tank and crash": behind its verb "and" goes on with the same one.
_STOPS = frozenset({",", ":", "but", "\u2013", "\u2014"})
_BEGINS = _STOPS | {"and"}
#: No clause has more words; what has is no prose.
_LONGEST = 40
#: "Isn't this a bargain?"
_DENIED_WITHIN = 2
#: "How is this stock not at zero?"
_WONDERS_WITHIN = 5
_IS = frozenset("is are was were can could".split())
#: "Too late to buy" is of "not".
_TIMES = frozenset({"late", "early", "soon"})


def said(words: Sequence[str], *, asks: bool) -> list[bool]:
    """For each word whether it stands in what is said to be so. ``asks``: the sentence ends in a question mark."""
    holds = [True] * len(words)
    if asks:
        _open_question(words, holds)
    for place, word in enumerate(words):
        if word in _SUPPOSES:
            _open_condition(words, place, holds)
        elif word == "too" and words[place + 2 : place + 3] == ["to"] and words[place + 1] not in _TIMES:
            # "Too cheap to ignore": nobody does.
            holds[place + 2 : place + 5] = [False] * len(words[place + 2 : place + 5])
    if not asks and _is_inverted(words):
        _open_condition(words, 0, holds)
    return holds


def _is_inverted(words: Sequence[str]) -> bool:
    """Whether a sentence begins with a condition without "if": "had they beaten, …", "should the merger fail, …"."""
    if len(words) < 4 or words[0] not in _INVERTED or "," not in words:
        return False
    end = list(words).index(",")
    clause, main = words[1:end], words[end:]
    if len(clause) < 2:
        return False
    if clause[0] in _PRONOUNS:
        # "Had it with this company, sold."
        return clause[:2] != ["it", "with"]
    if words[0] == "should":
        return clause[0] not in _WITHOUT_SUBJECT
    if words[0] == "were":
        return "to" in clause[1:] and not _OF_SUPPOSED.isdisjoint(main)
    # "Had strong earnings, I would buy": people leave themselves out.
    done = any(_WAS_DONE.fullmatch(word) for word in clause[1:])
    return clause[0] not in ("a", "an") and done and not _OF_SUPPOSED.isdisjoint(main)


def is_denied(words: Sequence[str]) -> bool:
    """Whether a question begins with "isn't", "don't", …: it says what it asks."""
    return bool(words) and words[0] in _ASKS_WHETHER and "not" in words[: _DENIED_WITHIN + 1]


def denied_within(words: Sequence[str], *, asks: bool) -> int:
    """How far into a question stands the "not" that only asks for a yes; 0 if none does."""
    if asks and is_denied(words):
        return _DENIED_WITHIN
    # "How is this not a scam" has no answer, with or without its mark.
    wonders = words[:1] == ["how"] and not _IS.isdisjoint(words[1:2])
    return _WONDERS_WITHIN if wonders and "not" in words[: _WONDERS_WITHIN + 1] else 0


def _open_question(words: Sequence[str], holds: list[bool]) -> None:
    """What stands behind the last comma, if it asks whether; "buy or sell?" does without a verb."""
    start = max((place + 1 for place, word in enumerate(words[:-1]) if word in ",:"), default=0)
    first = start
    while first < len(words) and words[first] in _BEFORE_QUESTION:
        first += 1
    asked = words[first:]
    if not asked or not _ASKS_HOW.isdisjoint(asked):
        return
    if (asked[0] in _ASKS_WHETHER and not is_denied(asked)) or "or" in asked:
        for place in range(start, len(words)):
            # "Can it regain its lost lustre?" takes for granted that it is lost.
            holds[place] = words[place - 1] in _OWNED and place > start and place + 1 < len(words)


def _open_condition(words: Sequence[str], place: int, holds: list[bool]) -> None:
    """The condition, and what would be then."""
    last = min(place + _LONGEST, len(words))
    end = next((at for at in range(place + 1, last) if words[at] in (",", "then")), last)
    holds[place:end] = [False] * (end - place)
    if words[place] in ("unless", "whether") or (place and words[place - 1] in _CONCEDES):
        return
    # "Could pop if bids come" says what may be; "would pop if" that it does not.
    _open_main(words, range(max(place - _LONGEST, 0), place), _UNREAL, holds)
    _open_main(words, range(end, min(end + _LONGEST, len(words))), _OF_SUPPOSED, holds)


def _open_main(words: Sequence[str], main: range, signs: frozenset[str], holds: list[bool]) -> None:
    """The clauses beside a condition with one of these: of "record profits, I would only sell if" the second."""
    for place in main:
        if words[place] not in signs:
            continue
        start = max((at + 1 for at in range(main.start, place) if words[at] in _BEGINS), default=main.start)
        stop = next((at for at in range(place, main.stop) if words[at] in _STOPS), main.stop)
        holds[start:stop] = [False] * (stop - start)
