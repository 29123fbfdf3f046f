"""Takes in updates: those of strangers are turned away, others are stored before Telegram may forget them."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from chat.telegram.admission import Admission, Verdict, turned_away, worth_an_answer
from chat.telegram.parsed_update import ParsedUpdate, read_move, read_update
from chat.telegram.replies import Unreachable, reply
from chat.telegram.texts import Answer
from contracts.storable import cleaned
from db.chat.inbox import store_updates
from db.chat.moves import note_move, where_they_are
from db.refusals import refusal_in
from db.session import Database, Unavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Received:
    #: As it is stored.
    payload: dict[str, Any]
    asked: ParsedUpdate | None
    #: That a group has become a supergroup: its old id, its new one.
    move: tuple[int, int] | None


class Receiver:
    """Where polling and webhook hand over what they got."""

    def __init__(self, bot: Bot, database: Database, admission: Admission) -> None:
        self._bot = bot
        self._database = database
        self._admission = admission
        #: Set when there is something new in the inbox.
        self.news = asyncio.Event()

    async def take(self, payloads: Sequence[dict[str, Any]]) -> None:
        """Returns when nothing of it can be lost any more.

        Raises:
            Unavailable: it could not be stored. Do not confirm it, so that it is sent again.
        """
        admitted, strangers = [], []
        received = [each for payload in payloads if (each := self._read(payload))]
        admission = await self._admission_now(received)
        for each in received:
            asked = each.asked
            verdict = admission.verdict(asked) if asked else Verdict.IGNORED
            if asked and verdict is Verdict.ADMITTED:
                admitted.append((asked.update_id, asked.chat_id, each.payload))
            elif asked and verdict is Verdict.STRANGER:
                strangers.append(asked)
        if admitted:
            await self._store(admitted)
            self.news.set()
        for stranger in strangers:
            await self._turn_away(stranger)

    async def _store(self, updates: Sequence[tuple[int, int, dict[str, Any]]]) -> None:
        try:
            async with self._database.transaction() as connection:
                await store_updates(connection, updates)
        except Unavailable:
            raise
        except Exception as error:
            if refusal_in(error) is None:
                # It is about Postgres, such as a standby that is only read, and passes.
                raise Unavailable from error
            if len(updates) == 1:
                logger.exception("update %s cannot be stored, and is left out", updates[0][0])
                return
            # One of them is the cause: it must not keep the others from being confirmed.
            for each in updates:
                await self._store([each])

    def _read(self, payload: dict[str, Any]) -> _Received | None:
        """None: nothing can be done with it, now or later. Not confirmed, it would stand before all others for ever."""
        try:
            return _Received(cleaned(payload), read_update(payload, self._bot), read_move(payload, self._bot))
        except Exception:
            logger.exception("update %s cannot be read, and is left out", payload.get("update_id"))
            return None

    async def _admission_now(self, received: Sequence[_Received]) -> Admission:
        """The allow-list, with the ids that its groups have got since; those that these updates tell of are kept."""
        allowed = self._admission.groups
        moves = [each.move for each in received if each.move]
        if not allowed or not (moves or any(_from_another_group(each.asked, allowed) for each in received)):
            return self._admission
        async with self._database.transaction() as connection:
            groups = await where_they_are(connection, allowed)
            for old, new in moves:
                # In a group that nobody allowed it opens nothing.
                if old in groups:
                    await note_move(connection, old, new)
                    logger.info("the group %s has become the supergroup %s, and is listened to there", old, new)
            if moves:
                groups = await where_they_are(connection, allowed)
        return replace(self._admission, groups=groups)

    async def _turn_away(self, asked: ParsedUpdate) -> None:
        if not await worth_an_answer(self._database, asked.telegram_user_id):
            return
        logger.info("turned away Telegram account %s; CLAWDBOT_TELEGRAM_USERS lists who may", asked.telegram_user_id)
        try:
            await reply(self._bot, asked, Answer(turned_away(asked.telegram_user_id)))
        except (TelegramError, Unreachable) as error:
            logger.info("could not say so: %s", error)
        except Exception:
            logger.exception("could not say so")


def _from_another_group(asked: ParsedUpdate | None, allowed: Collection[int]) -> bool:
    """One that may be an allowed group under a new id. What does not name us is not looked at any closer."""
    return asked is not None and asked.in_group and asked.addressed and asked.chat_id not in allowed
