"""Decides which questions are put: one if one answer settles all, the first with what was understood."""

from collections.abc import Callable, Iterable

from contracts.tasks.plain_language import ParsedText, Question
from contracts.tickers.spelling import canonical
from intake.sentence import Mention, Sentence

Read = Callable[[str], ParsedText]

#: What is asked because nothing was found, which may be among the words that nobody understood.
_MISSING = ("task_type", "ticker")
_MOST_SHOWN = 8
_MOST_ANSWERS = 6
#: With more open no answer leads far.
_MOST_ASKED = 6
#: Reading one takes a millisecond or two.
_MOST_TRIED = 12


def settle(sentence: Sentence, read: Read) -> list[Question]:
    """``read``: reads an answer that is offered, with all its questions; only what leads on is offered."""
    questions = sentence.questions
    open_after: dict[str, int] = {}
    tried = list(dict.fromkeys(_answers(questions)))[:_MOST_TRIED] if len(questions) <= _MOST_ASKED else []
    for answer in tried:
        open_after[answer] = len(read(answer).questions)
    for each in questions:
        if whole := [answer for answer in each.answers if open_after.get(answer) == 0]:
            return [_shown(sentence, each, whole)]
    shown = [
        each.model_copy(update={"answers": [one for one in each.answers if open_after.get(one, 99) < len(questions)]})
        for each in _merged(questions)
    ]
    return [_shown(sentence, each, each.answers) for each in shown[:1]] + shown[1:]


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


def _said(sentence: Sentence, mention: Mention) -> str:
    """As it was written; of a company with its symbol."""
    words = sentence.words((mention.start, mention.end))
    is_name = mention.field == "ticker" and canonical(words) != mention.value
    return f"{words} (${mention.value})" if is_name else words


def _shown(sentence: Sentence, question: Question, answers: list[str]) -> Question:
    """With what was understood so far in front."""
    said = sorted(
        (each for each in sentence.mentions if each.field not in ("ignored", "then")), key=lambda each: each.start
    )
    words = list(dict.fromkeys(_said(sentence, each) for each in said))
    known = ", ".join([*words[:_MOST_SHOWN], *(["…"] if len(words) > _MOST_SHOWN else [])])
    text = f"Understood: {known}. {question.question}" if known else question.question
    return question.model_copy(update={"question": text, "answers": list(dict.fromkeys(answers))[:_MOST_ANSWERS]})
