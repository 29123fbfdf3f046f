"""The arguments and helpers that a command of the bot is called with."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat.telegram.api_client import PersonsApi, Refused
from chat.telegram.parsed_update import ParsedUpdate
from db.chat.watches import begin_watch
from db.session import Database

_ID = re.compile(r"^[0-9a-fA-F]{4}[0-9a-fA-F-]{0,32}$")


class Usage(Refused):
    """What was written cannot be used; the sentence says how to write it."""


def is_beginning(word: str) -> bool:
    """Whether an id may begin so."""
    return _ID.match(word) is not None


@dataclass(frozen=True)
class Call:
    """A command of a person who is linked."""

    asked: ParsedUpdate
    api: PersonsApi
    #: Of the person, as the API knows them.
    name: str
    database: Database
    role: str = ""

    @property
    def words(self) -> list[str]:
        return self.asked.words

    async def follow(self, task_ids: Sequence[str], heading: str = "", message_id: int | None = None) -> None:
        """A message shows how these tasks are doing, and their end is told."""
        ids = [uuid.UUID(each) for each in task_ids]
        asked = self.asked
        async with self.database.transaction() as connection:
            await begin_watch(
                connection,
                asked.update_id,
                asked.telegram_user_id,
                asked.chat_id,
                ids,
                heading=heading,
                message_id=message_id,
                topic=asked.topic,
            )

    async def task_id(self, usage: str) -> str:
        """The id of the task that the first word names; its first characters are enough.

        Raises:
            Usage: it names none, or several.
        """
        if not self.words or not is_beginning(self.words[0]):
            raise Usage(f"Write {usage}, with the first characters of a task's id.")
        found = await self.tasks(id_prefix=self.words[0].lower(), limit=2)
        if len(found) != 1:
            many = "Several tasks have ids that begin" if found else "No task has an id that begins"
            raise Usage(f"{many} with {self.words[0]}. /status lists the newest.")
        return str(found[0]["id"])

    async def tasks(self, **query: Any) -> list[dict[str, Any]]:
        page: dict[str, Any] = await self.api.get("/tasks", **query)
        return list(page["tasks"])
