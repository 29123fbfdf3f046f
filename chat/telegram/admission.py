"""Admits Telegram users: linked accounts only. Rights are checked by the API."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from chat.telegram.parsed_update import ParsedUpdate
from db.people.allowances import Allowance, spend, sweep
from db.session import Database

#: The sentence goes to one stranger every ten minutes, and to all of them together this often.
_ONE_STRANGER = Allowance("telegram stranger", 1, timedelta(minutes=10))
_STRANGERS = Allowance("telegram strangers", 20, timedelta(seconds=10))


class Verdict(Enum):
    ADMITTED = auto()
    #: Gets one sentence now and then, and nothing else.
    STRANGER = auto()
    #: Not meant for us.
    IGNORED = auto()


@dataclass(frozen=True)
class Admission:
    """The allow-list. Nothing of what others write is stored."""

    users: frozenset[int]
    groups: frozenset[int]

    def verdict(self, asked: ParsedUpdate) -> Verdict:
        # A group that nobody allowed hears nothing from us: anybody may add a bot to a group.
        if asked.in_group and (asked.chat_id not in self.groups or not asked.addressed):
            return Verdict.IGNORED
        return Verdict.ADMITTED if asked.telegram_user_id in self.users else Verdict.STRANGER


def turned_away(telegram_user_id: int) -> str:
    """Their own id is no secret to them, and what the owner has to know."""
    return f"Sorry, this bot is private. If you should have access, give its owner your Telegram id: {telegram_user_id}"


async def worth_an_answer(database: Database, telegram_user_id: int) -> bool:
    """Whether a stranger hears the sentence this time."""
    async with database.transaction() as connection:
        await sweep(connection)
        if await spend(connection, _ONE_STRANGER, str(telegram_user_id)) is not None:
            return False
        return await spend(connection, _STRANGERS, "") is None
