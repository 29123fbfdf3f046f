"""A sentence with open questions: a model may propose another wording, and the same rules read that one.

The model only ever answers; what is proposed is what the rules understood of its answer, and it creates nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from contracts.settings import ServerSettings
from contracts.tasks.plain_language import MOST_CHARACTERS, ParsedText, ReadText, Suggestion
from db.session import Database
from intake.faithful import Unfaithful, added_words, check, readings
from intake.language import MOST_WORDINGS, SYSTEM, Rewording
from llm.asking import TIMEOUT_SECONDS, AskedModel, NoAnswer
from llm.chat import Prompt, as_data
from llm.hourly import HourlyModel
from services.tasks.plain_language import read_text

#: A few sentences; a model that thinks aloud needs more.
_MOST_ANSWERED = 1_000
_MOST_NAMES = 20

Read = Callable[[Sequence[str]], Awaitable[list[ParsedText]]]


class Rephraser:
    """Asks the model of this process, so many times an hour at most."""

    def __init__(self, model: AskedModel, per_hour: int) -> None:
        self.model = model
        self._hourly = HourlyModel(
            model,
            per_hour,
            without="Sentences go without another wording",
            counted=f"{per_hour} times",
            instead="Answer the questions, or wait a few minutes.",
        )
        self.warm_up = self._hourly.warm_up

    async def rephrase(self, parsed: ParsedText, read: Read) -> ReadText:
        """The same with another wording, or with a note why there is none. ``read``: the rules."""
        known = parsed.model_dump()
        try:
            return ReadText(**known, suggestion=await self._propose(parsed, read))
        except NoAnswer as error:
            return ReadText(**known, suggestion_note=f"No other wording is proposed: {error}")

    async def _propose(self, parsed: ParsedText, read: Read) -> Suggestion:
        answer = await self._ask(parsed)
        symbols = readings((each.symbol, each.written) for each in answer.names[:_MOST_NAMES])
        why = f"{self.model.name} knows none that the rules understand."
        for other in await read(_usable(answer.sentences)):
            if other.questions or not other.tasks:
                continue
            try:
                return self._suggestion(parsed, other, symbols)
            except Unfaithful as error:
                why = f"That of {self.model.name} cannot be trusted. {error}"
        raise NoAnswer(why)

    async def _ask(self, parsed: ParsedText) -> Rewording:
        """What the model says.

        Raises:
            NoAnswer: it may not be asked now, or says nothing of use.
        """
        await self._hourly.take_turn()
        reply = await self.model.ask(Prompt(SYSTEM, _shown(parsed), Rewording))
        try:
            return Rewording.model_validate_json(reply.text)
        except ValidationError:
            raise NoAnswer(f"The answer of {self.model.name} does not fit the structure.") from None

    def _suggestion(self, parsed: ParsedText, other: ParsedText, symbols: dict[str, str]) -> Suggestion:
        return Suggestion(
            text=other.text,
            by=self.model.name,
            tasks=other.tasks,
            understood=other.understood,
            names=check(parsed, other, symbols),
            added=added_words(parsed, other),
        )


def make_rephraser(settings: ServerSettings, timeout: float = TIMEOUT_SECONDS) -> Rephraser | None:
    """None unless a model is configured."""
    named = settings.rephraser
    if named is None:
        return None
    return Rephraser(AskedModel(named, "the API", _MOST_ANSWERED, timeout), settings.intake_model_per_hour)


async def read_with_help(
    database: Database, rephraser: Rephraser, parsed: ParsedText, companies: Path | None
) -> ReadText:
    """What is open, with another wording if there is one. No connection is held while the model thinks."""

    async def read(sentences: Sequence[str]) -> list[ParsedText]:
        if not sentences:
            return []
        async with database.transaction() as connection:
            return [await read_text(connection, each, parsed.timezone, companies) for each in sentences]

    return await rephraser.rephrase(parsed, read)


def _shown(parsed: ParsedText) -> str:
    now = datetime.now(ZoneInfo(parsed.timezone))
    questions = [each.question for each in parsed.questions]
    return as_data({"text": parsed.text, "questions": questions, "now": f"{now:%A, %d %B %Y, %H:%M}"})


def _usable(sentences: Sequence[str]) -> list[str]:
    """On one line, and no longer than a person's may be."""
    lines = (" ".join(each.split()) for each in sentences[:MOST_WORDINGS] if len(each) <= MOST_CHARACTERS)
    return [each for each in lines if each and each.isprintable()]
