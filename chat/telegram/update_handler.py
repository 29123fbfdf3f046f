"""Handles one update: finds the sender, runs the command, sends the answer."""

from dataclasses import dataclass, field

import httpx
from telegram import Bot

from chat.telegram.api_client import PersonsApi, Refused
from chat.telegram.buttons import read_button
from chat.telegram.command_call import Call
from chat.telegram.commands import new_tasks, steering
from chat.telegram.commands.table import COMMANDS, help_for
from chat.telegram.linking import DISABLED, NOT_LINKED, link_account, person_of, unlink_account
from chat.telegram.parsed_update import ParsedUpdate
from chat.telegram.replies import reply
from chat.telegram.texts import Answer, safe
from db.chat.links import LinkedPerson
from db.session import Database
from runtime.failpoints import Failpoints

_UNKNOWN_BUTTON = Answer("I do not know this button. /status shows how things stand.")


@dataclass(frozen=True)
class UpdateHandler:
    """Acts on the API as the person who is linked to the Telegram account."""

    bot: Bot
    http: httpx.AsyncClient
    database: Database
    secret: str
    failpoints: Failpoints = field(default_factory=Failpoints)

    async def carry_out(self, asked: ParsedUpdate, *, late: bool = False) -> None:
        """Do what is asked and say what came of it.

        Raises:
            Away, Unavailable: nothing was done, or it is not known; asked again it will not be done twice.
            TelegramError: done, but the answer did not arrive.
            Unreachable: nobody can be told.
        """
        try:
            answer = await self._answer(asked)
        except Refused as refusal:
            answer = Answer(safe(refusal.sentence, 1_500))
        await self.failpoints.hit("telegram.after-acting")
        if answer is not None:
            await reply(self.bot, asked, answer, late=late)
        elif asked.query_id is not None and not late:
            await reply(self.bot, asked, Answer(""))

    async def _answer(self, asked: ParsedUpdate) -> Answer | None:
        if asked.command == "link":
            return await link_account(self.database, self.secret, asked)
        person = await person_of(self.database, asked.telegram_user_id)
        if person is None:
            return NOT_LINKED
        return DISABLED if person.disabled else await self._of_person(asked, person)

    async def _of_person(self, asked: ParsedUpdate, person: LinkedPerson) -> Answer | None:
        user = person.user
        call = Call(asked, PersonsApi(self.http, user, self.secret), user.name, self.database, user.role)
        if asked.button is not None:
            pressed = read_button(asked.button)
            return await steering.press(call, pressed) if pressed else _UNKNOWN_BUTTON
        if asked.command == "unlink":
            return await unlink_account(self.database, person, asked)
        if not asked.command:
            return await new_tasks.plain(call)
        if asked.command == "start":
            return Answer(f"You act as <b>{safe(user.name)}</b> ({safe(user.role)}).\n\n{help_for(user.role)}")
        known = COMMANDS.get(asked.command)
        if known is None:
            return Answer(f"I do not know /{safe(asked.command, 40)}. /help shows what I can do.")
        return await known.run(call)
