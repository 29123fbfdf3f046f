"""Asks about the words that no rule understood, all in one question."""

from contracts.tickers.listed import Listed
from intake.hints import hint, is_known
from intake.languages import in_english, language_of
from intake.sentence import Sentence

FIELD = "text"
_ENGLISH = "Only English is understood, like: pull the last 30 days of $NVDA from Reddit tomorrow at 8, high."


def ask_about_rest(sentence: Sentence, listed: Listed, understood: int) -> None:
    """``understood``: how many mentions there are. If all words may be slips, the answer has none of them."""
    if not (runs := _runs(sentence)):
        return
    left = [sentence.words(each) for each in runs]
    quoted = ", ".join(f'"{each}"' for each in left)
    number = sum(len(each.split()) for each in left)
    if language := language_of(sentence.text, left):
        answers = [in_english(sentence.text, language)]
        sentence.ask(FIELD, f"{quoted}: this looks like {language}. {_ENGLISH}", answers=answers)
    elif number > 2 and number > understood and not any(is_known(each) for each in left):
        sentence.ask(FIELD, f"{quoted}: not understood. {_ENGLISH}")
    else:
        _ask(sentence, runs, left, listed)
    for span in runs:
        sentence.blot(span)


def _ask(sentence: Sentence, runs: list[tuple[int, int]], left: list[str], listed: Listed) -> None:
    hints = [hint(each, listed) for each in left]
    said: dict[str, list[str]] = {}
    for words, about in zip(left, hints, strict=True):
        said.setdefault(about.text, []).append(f'"{words}"')
    answers: list[str] = []
    if len(runs) == 1:
        answers = [sentence.instead(runs[0], each) for each in hints[0].instead]
    elif all(each.instead for each in hints):
        answers = [sentence.replaced({span: each.instead[0] for span, each in zip(runs, hints, strict=True)})]
    sentence.ask(FIELD, " ".join(f"{', '.join(words)}: {text}" for text, words in said.items()), answers=answers)


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
