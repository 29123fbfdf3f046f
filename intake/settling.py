"""Decides which questions are put: one if one answer settles all, the first with what was understood."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from contracts.tasks.plain_language import ParsedText, Question
from contracts.tickers.spelling import canonical
from intake.sentence import Mention, Sentence

Read = Callable[[str], ParsedText]

#: What is asked because nothing was found, which may be among the words that nobody understood.
_MISSING = ("task_type", "ticker")
_MOST_SHOWN = 8
_MOST_ANSWERS = 6
#: Of parts that may belong together in two ways.
SEPARATE = "Which belongs to which? Write one sentence for each source or ticker."
_QUOTED = re.compile(r'"([^"]*)"')
#: With more open no answer leads far.
_MOST_ASKED = 6
#: Reading one takes a millisecond or two.
_MOST_TRIED = 12


def settle(sentence: Sentence, read: Read) -> list[Question]:
    """``read``: reads an answer that is offered, with all its questions; only what leads on is offered."""
    questions = _first_things(sentence)
    left: dict[str, list[Question]] = {}
    tried = list(dict.fromkeys(_answers(questions)))[:_MOST_TRIED] if len(questions) <= _MOST_ASKED else []
    for answer in tried:
        left[answer] = read(answer).questions
    for each in questions:
        if whole := [answer for answer in each.answers if left.get(answer) == []]:
            return [_shown(sentence, each, whole)]
    if both := _two_at_once(questions, left, read):
        return [_shown(sentence, both, both.answers)]
    shown = [each.model_copy(update={"answers": []}) for each in _merged(questions)]
    return [_shown(sentence, each, []) for each in shown[:1]] + shown[1:]


def _first_things(sentence: Sentence) -> list[Question]:
    """What belongs to what comes first: what else is open about words that are understood may be nothing then."""
    if all(each.question != SEPARATE for each in sentence.questions):
        return sentence.questions
    known = {sentence.words((each.start, each.end)) for each in sentence.mentions}
    return [
        each
        for each in sentence.questions
        if each.question == SEPARATE or not known >= set(_QUOTED.findall(each.question))
    ]


def _two_at_once(questions: list[Question], left: dict[str, list[Question]], read: Read) -> Question | None:
    """Two things are open, and each has an answer: both answers in one sentence."""
    for each in questions:
        for answer in each.answers:
            match left.get(answer):
                case [other] if whole := [one for one in other.answers[:_MOST_ANSWERS] if not read(one).questions]:
                    said = f"{each.question} And {other.question}"
                    return each.model_copy(update={"question": said, "answers": whole})
    return None


def _merged(questions: list[Question]) -> list[Question]:
    """What is missing is asked in one, together with the words of which nothing was made."""
    left = [each for each in questions if each.field == "text" or (each.field in _MISSING and not _quotes(each))]
    if len(left) < 2:
        return questions
    left.sort(key=lambda each: each.field != "text")
    together = Question(
        field=left[0].field, question=" ".join(each.question for each in left), answers=list(_answers(left))
    )
    return [together, *(each for each in questions if each not in left)]


def _quotes(question: Question) -> bool:
    """Whether it is about words of the sentence."""
    return question.question.startswith('"')


def _answers(questions: Iterable[Question]) -> Iterable[str]:
    for each in questions:
        yield from each.answers


def _said(sentence: Sentence, same: list[Mention]) -> str:
    """As it was written; of a company with its symbol, of the watchlist with how many it has."""
    mention, *others = same
    words = sentence.words((mention.start, mention.end))
    if mention.field != "ticker":
        return words
    if others:
        return f"{words} ({len(same)} tickers)"
    return f"{words} (${mention.value})" if canonical(words) != mention.value else words


def _shown(sentence: Sentence, question: Question, answers: list[str]) -> Question:
    """With what was understood so far in front."""
    said = sorted(
        (each for each in sentence.mentions if each.field not in ("ignored", "then")), key=lambda each: each.start
    )
    together = groupby(said, key=lambda each: (each.start, each.end, each.field))
    words = list(dict.fromkeys(_said(sentence, list(same)) for _, same in together))
    known = ", ".join([*words[:_MOST_SHOWN], *(["…"] if len(words) > _MOST_SHOWN else [])])
    text = f"Understood: {known}. {question.question}" if known else question.question
    return question.model_copy(update={"question": text, "answers": list(dict.fromkeys(answers))[:_MOST_ANSWERS]})
