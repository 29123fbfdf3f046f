"""Words for a time that everybody sets differently: "EOD", "premarket", "at lunch", "later". Times are offered."""

import re

from intake.sentence import Sentence, pattern

_WHEN = r"(?:,? (?P<day>today|tomorrow))?"
_AT_WHAT_TIME = "at what time is that?"
#: What is said, what is asked, and what may be said in its place; with the day that was named, else both.
_SAYINGS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (
        pattern(
            r"(?:(?:by|at|before|until|till) )?(?:the )?(?:eod|cob|end of (?:the )?(?:business |working )?day"
            rf"|close of business){_WHEN}"
        ),
        f"{_AT_WHAT_TIME} A task has a start, and no end.",
        ("{day} at 17:00", "{day} at 23:00"),
    ),
    (
        pattern(r"(?:(?:by|at|before|until|till) )?(?:the )?eow"),
        f"{_AT_WHAT_TIME} A task has a start, and no end.",
        ("friday at 17:00",),
    ),
    (
        pattern(rf"(?:(?:in|during) (?:the )?)?pre[- ]?market(?: open)?{_WHEN}"),
        f"{_AT_WHAT_TIME} In New York the market opens at 9:30am.",
        ("{day} at 9am New York time",),
    ),
    (
        pattern(rf"after[- ]hours{_WHEN}"),
        f"{_AT_WHAT_TIME} In New York the market closes at 4pm.",
        ("{day} at 4:30pm New York time",),
    ),
    (pattern(rf"(?:at|over|around) (?:lunch(?: ?time)?|midday){_WHEN}"), _AT_WHAT_TIME, ("{day} at noon",)),
    (
        pattern(
            r"(?:some ?time |a (?:bit|little) )?later(?: today| on)?"
            r"|in a (?:bit|while|little while|few minutes|few hours|moment)|some ?time soon|at some point"
        ),
        "when? Say it like 'in 1 hour' or 'tomorrow at 8:00'.",
        ("in 1 hour", "tonight", "tomorrow at 8:00"),
    ),
)  # fmt: skip


def ask_about_sayings(sentence: Sentence, field: str) -> None:
    """One question for each; what has passed by then is offered by nobody."""
    for wanted, why, instead in _SAYINGS:
        for found in sentence.find(wanted):
            day = found.groupdict().get("day")
            meant = [each.format(day=one) for one in ([day] if day else ["today", "tomorrow"]) for each in instead]
            answers = [sentence.instead(found.span(), each) for each in dict.fromkeys(meant)]
            sentence.ask(field, f'"{sentence.words(found.span()).strip()}": {why}', found.span(), answers)
