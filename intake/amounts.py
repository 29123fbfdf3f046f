"""Reads priorities and amounts: "high", "whenever", "top 50 posts", "20 comments per post"."""

import re

from contracts.tasks.priority import LABELS
from intake.sentence import Sentence, pattern
from intake.words import COLLECTING

_WORDS = {
    "critical": "critical", "urgent": "critical", "urgently": "critical", "top": "critical", "highest": "critical",
    "high": "high", "asap": "high", "as soon as possible": "high", "important": "high",
    "normal": "normal", "medium": "normal",
    "low": "low", "lowest": "low", "whenever": "low", "no rush": "low", "no hurry": "low", "not urgent": "low",
    "whenever you can": "low", "whenever possible": "low", "whenever there is time": "low",
}  # fmt: skip
_NAMED = r"critical|highest|high|top|normal|medium|lowest|low|urgent"
_PRIORITY = pattern(
    rf"(?:with |at |as )?(?:an? )?(?P<before>{_NAMED})(?:[ -])(?:priority|prio|importance|urgency)"
    rf"|(?:with )?(?:priority|prio)(?: is | ?[:=] ?| )(?:(?P<behind>{_NAMED})|(?P<number>\d{{1,4}}))"
)
_BARE = "|".join(sorted((each for each in _WORDS if each not in ("top", "highest", "lowest")), key=len, reverse=True))
#: These say something about a noun, too ("high volume", "important news"): at the end of a clause they do not.
_ADJECTIVES = ("high", "low", "normal", "medium", "important", "critical")
_END = re.compile(r"\s*(?:[,.;:!)]|please\b|thanks\b|$)", re.IGNORECASE)
_ALONE = pattern(rf"(?:it(?:'s| is) )?(?P<word>{_BARE})")

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d{1,9})(?P<thousand> ?k)?"
#: Other words for the best.
_SCORED = r"most upvoted|highest scor(?:ing|ed)|highest rated|most popular|top rated|top scoring"
_MOST = (
    rf"(?:(?:the )?(?:top|first|latest|newest|most recent|last|best|{_SCORED})|at most|up to|no more than|not more than"
    r"|max(?:imum)?(?: of)?|limit(?:ed)?(?: (?:to|of|is))?)"
)
_NOUN = (
    r"(?:of the |of |[\w$.\x00-]+ )?"
    r"(?:posts?|tweets?|threads?|mentions?|submissions?|filings?|articles?|headlines?|10-?[KQ]|8-?K)"
)
_EACH_POST = r"(?:per|of each|of every|for each|each)(?: (?:post|thread))?"
_COMMENTS = pattern(rf"(?:with |and )?(?:{_MOST} )?{_NUMBER} (?:top |best )?comments? {_EACH_POST}")
_SOME_COMMENTS = pattern(
    rf"(?:with |and )?(?:(?:{_MOST} )?{_NUMBER} (?:top |best )?)?(?:(?:the|their|its|all) )?comments?"
)
_COUNTED = pattern(rf"(?:{_MOST} ?[:=]? ?)?{_NUMBER}(?= {_NOUN})")
#: Of each ticker; with "comments" it was read before this.
_OF_EACH = pattern(rf"{_NUMBER} {_NOUN},? (?P<each>(?:for )?each(?: (?:ticker|one|of them))?)")
#: A most that stands behind: "100 posts max".
_MOST_BEHIND = pattern(
    rf"{_NUMBER} (?:[\w$.\x00-]+ )?(?:posts?|tweets?|threads?|mentions?|filings?|articles?|headlines?),? "
    r"(?P<most>max(?:imum)?|at most|tops)"
)
_RANKED = pattern(rf"(?:the )?{_NUMBER} (?P<which>top|best|latest|newest|most recent|last|{_SCORED})(?= {_NOUN})")
_BEST = re.compile(rf"(?:the )?(?:top|best|{_SCORED.replace(' ', chr(92) + 's+')})\b", re.IGNORECASE)
_FIRST = re.compile(r"(?:the\s+)?first\b", re.IGNORECASE)
#: What is done first is no post.
_VERB = rf"(?:{'|'.join(sorted(COLLECTING))}|get|give|gimme|find|check|show|search|make|let|do|start|create|load|run)\b"
_REPORTS = r"(?:annual|quarterly) reports?"
#: First Solar is a company, and a first quarter is no filing.
_NO_OLDEST = rf"\d+ |(?:solar|quarter|half|page)\b|{_VERB}"
_OLDEST = pattern(rf"(?:the )?(?:(?:very )?first|oldest|earliest)(?= (?!{_NO_OLDEST})(?:ever )?(?:{_NOUN}|{_REPORTS}))")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Words that leave no doubt that it is a number.
_LIMIT = re.compile(r"(?:at\s+most|up\s+to|no(?:t)?\s+more|max|limit)", re.IGNORECASE)
#: Hundreds of posts are asked for, hundreds of annual reports are not.
_REPORT_BEHIND = re.compile(r"\s+(?:[\w$.]+\s+)?(?:10-?[KQ]|8-?K|20-?F|(?:annual|quarterly)\s+report)", re.IGNORECASE)
_NO_COMMENTS = pattern(r"(?:but |and )?(?:no|without|without any|minus|excluding) comments")
_BOUND = pattern(rf"{_MOST} ?[:=]? ?{_NUMBER}(?!-| ?(?:day|week|month|year|hour))")


def read_priorities(sentence: Sentence) -> None:
    """Take every priority, as its number."""
    for found in sentence.find(_PRIORITY):
        number = (
            int(found["number"]) if found["number"] else LABELS[_WORDS[(found["before"] or found["behind"]).lower()]]
        )
        if number > 100:
            sentence.ask("priority", f'"{found[0]}": a priority is {", ".join(LABELS)} or 0 to 100.', found.span())
        else:
            sentence.take("priority", number, found.span())
    for found in sentence.find(_ALONE):
        if found["word"].lower() in _ADJECTIVES and not _END.match(sentence.rest, found.end()):
            continue
        if found["word"] == "LOW" and not sentence.shouted:
            meant = [sentence.instead(found.span(), each) for each in ("$LOW", "low priority")]
            sentence.ask("priority", 'Is "LOW" a ticker or a priority? Write $LOW or "low".', found.span(), meant)
        else:
            sentence.take("priority", LABELS[_WORDS[" ".join(found["word"].lower().split())]], found.span())


def read_limits(sentence: Sentence) -> None:
    """Take how many posts or filings, and how many comments of each post."""
    for found in sentence.find(_OLDEST):
        if not _is_sequence(sentence, found):
            _ask_about_first(sentence, found.span(), "latest")
    for found in sentence.find(_NO_COMMENTS):
        sentence.take("comments", 0, found.span())
    for found in sentence.find(_COMMENTS):
        sentence.take("comments", _number(found["number"], found["thousand"]), found.span())
    for found in sentence.find(_SOME_COMMENTS):
        question = f"How many comments of each post (\"{found[0]}\")? Say it like '20 comments per post'."
        number = _number(found["number"], found["thousand"]) if found["number"] else 20
        meant = sentence.instead(found.span(), f"with {number} comments per post")
        sentence.ask("comments", question, found.span(), [meant])
    for found in sentence.find(_MOST_BEHIND):
        sentence.blot(found.span("most"))
    for found in sentence.find(_RANKED):
        sentence.take("limit", _number(found["number"], found["thousand"]), found.span())
        if _BEST.match(found["which"]):
            sentence.take("order", "best", found.span())
    for found in sentence.find(_OF_EACH):
        # The same number once more.
        sentence.take("limit", _number(found["number"], found["thousand"]), found.span("each"))
    each_of = {found.start("number") for wanted in (_OF_EACH, _MOST_BEHIND) for found in wanted.finditer(sentence.text)}
    for wanted in (_COUNTED, _BOUND):
        for found in sentence.find(wanted):
            if _is_year(sentence, found) and found.start("number") not in each_of:
                continue
            if _FIRST.match(found[0]):
                _ask_about_first(sentence, found.span(), f"latest {found['number']}{found['thousand'] or ''}")
                continue
            sentence.take("limit", _number(found["number"], found["thousand"]), found.span())
            if _BEST.match(found[0]):
                # The same words say which ones, where the source knows (intake/params.py).
                sentence.take("order", "best", found.span())


def _is_sequence(sentence: Sentence, found: re.Match[str]) -> bool:
    """ "First the posts, then …" says in which order things are done."""
    return not sentence.text[: found.start()].strip() and bool(sentence.of("then"))


def _is_year(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether it is a year rather than so many (intake/times/years.py): "2024 10-K", also behind "latest"."""
    if not _YEAR.fullmatch(found["number"]) or found["thousand"] or _LIMIT.match(found[0]):
        return False
    is_bare = found.start() == found.start("number")
    return _REPORT_BEHIND.match(sentence.text, found.end()) is not None or (is_bare and found["number"][2:] != "00")


def _ask_about_first(sentence: Sentence, span: tuple[int, int], newest: str) -> None:
    """The oldest cannot be had, and whoever says first may mean them."""
    words = sentence.words(span).strip()
    question = f"\"{words}\": what is collected comes newest first, and the oldest cannot be asked for. Say '{newest}'."
    sentence.ask("order", question, span, [sentence.instead(span, newest)])


def _number(digits: str, thousand: str | None) -> int:
    return int(digits.replace(",", "")) * (1_000 if thousand else 1)
