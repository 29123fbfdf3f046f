"""Sources that have tickers of their own: "reddit for NVDA and news for AMD"."""

from itertools import groupby, pairwise

from intake.sentence import Mention, Sentence
from intake.steps import Step, source_of
from intake.words import JOINER

#: What holds for a whole pair, where it is said within one.
_NARROWING = ("date_range", "limit", "comments")
#: What holds for the whole sentence, and so must not stand within a pair.
_OF_ALL = ("priority", "run_at")


def pairs_of(sentence: Sentence, head: Step) -> list[tuple[Step, list[str]]]:
    """Each with its tickers; empty unless sources and tickers alternate, and "and" stands between two pairs only."""
    weighty = [each for each in head.mentions if source_of(each) or each.field == "ticker"]
    groups = [list(group) for _, group in groupby(weighty, key=lambda each: each.field == "ticker")]
    if len(groups) < 4 or len(groups) % 2 or head.analyses:
        return []
    pairs = [groups[place] + groups[place + 1] for place in range(0, len(groups), 2)]
    if not all(_is_one(sentence, *halves) for halves in zip(groups[::2], groups[1::2], strict=True)):
        return []
    if not all(JOINER.search(sentence.text, one[-1].end, other[0].start) for one, other in pairwise(pairs)):
        return []
    return [
        (
            Step(_of_pair(sentence, head, pairs, place)),
            list(dict.fromkeys(each.value for each in pair if not source_of(each))),
        )
        for place, pair in enumerate(pairs)
    ]


def _is_one(sentence: Sentence, first: list[Mention], second: list[Mention]) -> bool:
    return JOINER.search(sentence.text, first[-1].end, second[0].start) is None


def _of_pair(sentence: Sentence, head: Step, pairs: list[list[Mention]], place: int) -> list[Mention]:
    """What is said within it, and before all of them; what comes last may be for all, and is asked about."""
    begin = pairs[place][0].start
    end = pairs[place + 1][0].start if place + 1 < len(pairs) else len(sentence.text)
    before = [each for each in head.mentions if each.start < pairs[0][0].start]
    own = [each for each in head.mentions if begin <= each.start < end]
    is_last = place + 1 == len(pairs)
    for each in own:
        alone = all(other.field != each.field or other in own for other in head.mentions)
        if each.field in _OF_ALL or (is_last and alone and each.field in _NARROWING):
            _ask_for_whom(sentence, each)
    return [each for each in (*before, *own) if each.field != "ticker"]


def _ask_for_whom(sentence: Sentence, each: Mention) -> None:
    span = (each.start, each.end)
    words = sentence.words(span)
    first = f"{words}: {sentence.instead(span, '').strip(' ,')}"
    sentence.ask(
        each.field, f'"{words}": for all of them? Then say it first; otherwise in a sentence of its own.', span, [first]
    )
