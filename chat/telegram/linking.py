"""/link and /unlink: whom a Telegram account acts as. The only things that somebody who is not linked can do."""

from datetime import timedelta

from chat.telegram.parsed_update import ParsedUpdate
from chat.telegram.texts import Answer, lines, safe, span
from contracts.storable import cleaned
from db.chat.links import LinkedPerson, link, linked_person, unlink
from db.people.allowances import Allowance, give_back, spend
from db.people.audit import add_entry
from db.session import Database
from services.people.telegram_links import link_code_hash

#: A code has 60 bits; this only keeps guesses from being free.
_GUESSES = Allowance("telegram link", 10, timedelta(seconds=30))

NOT_LINKED = Answer(
    lines(
        "I do not know yet who you are in ClawdBot.",
        "Make a code with <code>clawdbot telegram link</code> and send it to me as /link CODE.",
    )
)
DISABLED = Answer("Your user in ClawdBot is disabled. Ask an admin to enable it again.")
_WRONG = Answer(
    "This code is not valid (any more). A code works once, for 15 minutes; make a new one with "
    "<code>clawdbot telegram link</code>."
)


async def person_of(database: Database, telegram_user_id: int) -> LinkedPerson | None:
    async with database.transaction() as connection:
        return await linked_person(connection, telegram_user_id)


async def link_account(database: Database, secret: str, asked: ParsedUpdate) -> Answer:
    if asked.in_group:
        return Answer("Send /link to me in a private chat: a code is nobody else's business.")
    if len(asked.text) == 0:
        return NOT_LINKED
    async with database.transaction() as connection:
        wait = await spend(connection, _GUESSES, str(asked.telegram_user_id))
    if wait is not None:
        return Answer(f"Too many wrong codes. Wait {span(wait)} and try again.")
    return await _use(database, link_code_hash(secret, asked.text), asked)


async def _use(database: Database, code_hash: bytes, asked: ParsedUpdate) -> Answer:
    name = cleaned(asked.telegram_name)[:200]
    async with database.transaction() as connection:
        person = await link(connection, code_hash, asked.telegram_user_id, name)
        if person is None:
            return _WRONG
        await give_back(connection, _GUESSES, str(asked.telegram_user_id))
        details = {"telegram_user_id": asked.telegram_user_id, "telegram_name": name}
        await add_entry(connection, f"human:{person.user.name}", "telegram.link", person.user.name, details)
    return Answer(
        f"You act as <b>{safe(person.user.name)}</b> ({safe(person.user.role)}) from now on. /help shows how."
    )


async def unlink_account(database: Database, person: LinkedPerson, asked: ParsedUpdate) -> Answer:
    name = person.user.name
    async with database.transaction() as connection:
        await unlink(connection, person.user.id)
        details = {"telegram_user_id": asked.telegram_user_id}
        await add_entry(connection, f"human:{name}", "telegram.unlink", name, details)
    return Answer("The link is ended. I do nothing more for this account until it is linked again.")
