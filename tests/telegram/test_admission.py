"""Which updates are meant for us, and whose are admitted."""

from typing import Any

import pytest
from telegram import Bot, User

from chat.telegram.admission import Admission, Verdict
from chat.telegram.parsed_update import ParsedUpdate, read_update

ANNA, STRANGER, TEAM, OTHER = 1, 2, -10, -20
ADMISSION = Admission(frozenset({ANNA}), frozenset({TEAM}))


class NamedBot(Bot):
    """A bot that knows its name without asking Telegram."""

    @property
    def bot(self) -> User:
        return User(9, "ClawdBot", is_bot=True, username="our_bot")


BOT = NamedBot("1:token")


def message(text: str, user: int = ANNA, chat: int | None = None) -> dict[str, Any]:
    chat = chat or user
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[:1] == "/" else []
    return {
        "update_id": 5,
        "message": {
            "message_id": 1,
            "date": 0,
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
            "from": {"id": user, "is_bot": False, "first_name": "A"},
            "text": text,
            "entities": entities,
        },
    }


def read(text: str, user: int = ANNA, chat: int | None = None) -> ParsedUpdate:
    asked = read_update(message(text, user, chat), BOT)
    assert asked is not None
    return asked


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/status", "status", ""),
        ("/Status@Our_Bot  abc", "status", "abc"),
        ("/add echo\nmessage=hi", "add", "echo\nmessage=hi"),
        ("hello /status", "", "hello /status"),
        ("  hello ", "", "hello"),
    ],
)
def test_commands_are_told_from_plain_language(text: str, command: str, rest: str) -> None:
    asked = read(text)
    assert (asked.command, asked.text) == (command, rest)


@pytest.mark.parametrize(
    ("text", "user", "chat", "verdict"),
    [
        ("/status", ANNA, ANNA, Verdict.ADMITTED),
        ("anything", ANNA, ANNA, Verdict.ADMITTED),
        ("/status", STRANGER, STRANGER, Verdict.STRANGER),
        ("/link CODE", STRANGER, STRANGER, Verdict.STRANGER),
        ("/status@our_bot", ANNA, TEAM, Verdict.ADMITTED),
        ("/status@our_bot", STRANGER, TEAM, Verdict.STRANGER),
        ("/status", ANNA, TEAM, Verdict.IGNORED),
        ("hello", ANNA, TEAM, Verdict.IGNORED),
        ("/status@our_bot", ANNA, OTHER, Verdict.IGNORED),
        ("/status@our_bot", STRANGER, OTHER, Verdict.IGNORED),
    ],
)
def test_who_is_admitted(text: str, user: int, chat: int, verdict: Verdict) -> None:
    assert ADMISSION.verdict(read(text, user, chat)) is verdict


def test_nobody_is_admitted_unless_somebody_is_named() -> None:
    assert Admission(frozenset(), frozenset()).verdict(read("/status")) is Verdict.STRANGER


def test_what_is_no_text_of_a_person_is_nothing() -> None:
    assert read_update(message("/status@another_bot"), BOT) is None
    assert read_update({"update_id": 1, "edited_message": message("/status")["message"]}, BOT) is None
    assert read_update({"update_id": 1}, BOT) is None
    of_a_bot = message("/status")
    of_a_bot["message"]["from"]["is_bot"] = True
    assert read_update(of_a_bot, BOT) is None
    photo = message("x")
    del photo["message"]["text"]
    assert read_update(photo, BOT) is None
