"""Asks a model about the order of a round's options, before the round decides. Whatever goes wrong, there is no advice.

What it may cost is reserved, in a transaction of its own, before it is asked; so a round that dies has paid for it.
"""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.advice import Advised, question, understood
from agent.budgets import Cost, fits
from agent.needs import Need
from agent.planning import open_to_advice
from contracts.agent.policy import ADVISER, BudgetLimit
from contracts.settings import ServerSettings
from db.agent.advice import add_asked, note_answer
from db.agent.state import clock, read_state
from db.session import Database, Unavailable
from services.agent.adviser import Adviser, Answer, NoAdvice, Tokens
from services.agent.agent_state import standing_of
from services.agent.observation import Seen, Weighed
from services.agent.round_plan import plan_of
from services.agent.spending import books_of

log = logging.getLogger(__name__)

#: Outcomes in the ledger; before, it is `asked`.
ADVISED, NONE = "advised", "no advice"

#: More than any request takes.
_MOST_TOKENS = 10**9


@dataclass(frozen=True)
class Heard:
    """What came of asking."""

    advised: Advised | None = None
    #: For the round; empty: nobody was asked, and there is nothing to say about it.
    note: str = ""
    #: The entry in the ledger, if a model was asked.
    entry: uuid.UUID | None = None


NOBODY = Heard()


@dataclass(frozen=True)
class Desk:
    """Where a round asks from."""

    database: Database
    settings: ServerSettings
    adviser: Adviser

    async def ask(self, number: int, seen: Seen, weighed: Weighed) -> Heard:
        """The advice for round ``number``. Never fails."""
        try:
            needs = await self._options(seen, weighed)
            if not needs:
                return NOBODY
            data = question(needs)
            entry = await self._reserve(number, len(needs), self.adviser.at_most(data))
        except NoAdvice as error:
            return Heard(note=f"No advice: {error}")
        except (SQLAlchemyError, Unavailable):
            log.exception("The budget of advice could not be read")
            return Heard(note="No advice: its budget could not be read, so nothing was spent.")
        return await self._hear(number, entry, needs, data)

    async def _options(self, seen: Seen, weighed: Weighed) -> list[Need]:
        async with self.database.transaction() as connection:
            at = await clock(connection)
            books = await books_of(connection, seen.standing.limits, at)
        return open_to_advice(await asyncio.to_thread(plan_of, seen, weighed, books, at))

    async def _reserve(self, number: int, needs: int, most: Tokens) -> uuid.UUID:
        cost = self._cost(most)
        async with self.database.transaction() as connection:
            # With the budget locked, as a round has it.
            row = await read_state(connection, lock=True)
            if not row["round"]:
                raise NoAdvice("the first round has none.")
            at = await clock(connection)
            await _check(connection, standing_of(row, self.settings).limits, cost, at)
            said = f"{self.adviser.name} is asked about {needs} needs."
            choice = {"by": self.adviser.name, "for_round": number, "needs": needs}
            return await add_asked(
                connection, after=row["round"], at=at, reason=said, choice=choice, cost=_counted(cost)
            )

    def _cost(self, tokens: Tokens) -> Cost:
        usd = self.adviser.usd_micros(tokens)
        if usd is None:
            raise NoAdvice(
                f"the price of {self.adviser.name} is not known. Say MODEL_PRICE_INPUT and MODEL_PRICE_OUTPUT to core; "
                "0 if it costs nothing."
            )
        return Cost(ADVISER, ADVISER, tasks=0, calls=1, tokens=tokens.sent + tokens.answered, usd_micros=usd)

    async def _hear(self, number: int, entry: uuid.UUID, needs: Sequence[Need], data: str) -> Heard:
        answer, advised = None, None
        try:
            answer = await self.adviser.ask(data)
            advised = understood(answer.text, needs, self.adviser.name)
            note = f"{self.adviser.name} was asked about {len(needs)} needs and named {len(advised.order)}."
        except NoAdvice as error:
            note = f"No advice: {error}"
        except ValueError:
            note = f"No advice: the answer of {self.adviser.name} does not fit the structure."
        try:
            await self._write_down(number, entry, note, advised, answer)
        except (SQLAlchemyError, Unavailable):
            # It stays as expensive as it was reserved.
            log.exception("What advice cost could not be written down")
        return Heard(advised, note, entry)

    async def _write_down(
        self, number: int, entry: uuid.UUID, note: str, advised: Advised | None, answer: Answer | None
    ) -> None:
        order = advised.order if advised else {}
        named = [{"ticker": place[0], "source": place[1], "reason": reason} for place, reason in order.items()]
        async with self.database.transaction() as connection:
            await note_answer(
                connection, entry,
                outcome=NONE if advised is None else ADVISED,
                reason=note,
                choice={"by": self.adviser.name, "for_round": number, "order": named},
                used=self._used(answer) if answer else None,
            )  # fmt: skip

    def _used(self, answer: Answer) -> dict[str, int] | None:
        """What it says that it took; None if that is nothing or nonsense."""
        sent, answered = answer.tokens.sent, answer.tokens.answered
        if not all(type(each) is int and 0 <= each <= _MOST_TOKENS for each in (sent, answered)) or not sent:
            return None
        return _counted(self._cost(answer.tokens))


def _counted(cost: Cost) -> dict[str, int]:
    return {"calls": cost.calls, "tokens": cost.tokens, "usd_micros": cost.usd_micros}


async def _check(connection: AsyncConnection, limits: Sequence[BudgetLimit], cost: Cost, at: datetime) -> None:
    if not limits:
        raise NoAdvice("the budget cannot be read, so nothing was spent.")
    books = await books_of(connection, limits, at)
    refusal = fits(limits, books.spent, cost)
    if refusal is not None:
        raise NoAdvice(refusal.sentence)
