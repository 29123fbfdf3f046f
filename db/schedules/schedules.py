"""Schedules as rows: written by the API, followed by core."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


async def add_schedule(
    connection: AsyncConnection, name: str, definition: str, *, paused: bool, note: str, remaining: int | None, by: str
) -> RowMapping | None:
    """None when the name is taken in its workspace. ``definition``: a `ScheduleBody` as JSON."""
    row = {"name": name, "definition": definition, "paused": paused, "note": note, "remaining": remaining, "by": by}
    return (await connection.execute(_SQL["add"], row)).mappings().first()


async def find_schedules(connection: AsyncConnection, key: str, workspace: str | None) -> Sequence[RowMapping]:
    """By name or id, in one workspace or in all; none that is deleted. Several workspaces may have one of a name."""
    return (await connection.execute(_SQL["find"], {"key": key, "workspace": workspace})).mappings().all()


async def lock_schedule(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    """Also one that is deleted."""
    return (await connection.execute(_SQL["lock"], {"id": id_})).mappings().first()


async def list_schedules(connection: AsyncConnection, workspace: str | None = None) -> Sequence[RowMapping]:
    return (await connection.execute(_SQL["list"], {"workspace": workspace})).mappings().all()


async def change_schedule(
    connection: AsyncConnection, id_: uuid.UUID, definition: str, remaining: int | None, by: str
) -> RowMapping:
    row = {"id": id_, "definition": definition, "remaining": remaining, "by": by}
    return (await connection.execute(_SQL["change"], row)).mappings().one()


async def set_paused(connection: AsyncConnection, id_: uuid.UUID, paused: bool, note: str, by: str) -> RowMapping:
    row = {"id": id_, "paused": paused, "note": note, "by": by}
    return (await connection.execute(_SQL["set_paused"], row)).mappings().one()


async def delete_schedule(connection: AsyncConnection, id_: uuid.UUID, by: str) -> None:
    await connection.execute(_SQL["delete"], {"id": id_, "by": by})


async def schedule_to_tell(connection: AsyncConnection, id_: uuid.UUID) -> RowMapping | None:
    """Also one that is deleted; with the ``digest`` of its definition, by which `note_told` knows it again."""
    return (await connection.execute(_SQL["to_tell"], {"id": id_})).mappings().first()


async def note_told(
    connection: AsyncConnection, id_: uuid.UUID, digest: str, print_: str, again_at: datetime | None
) -> None:
    """Nothing, where its definition is another one by now."""
    await connection.execute(_SQL["told"], {"id": id_, "digest": digest, "print": print_, "again_at": again_at})


async def note_problem(connection: AsyncConnection, id_: uuid.UUID, problem: str) -> None:
    await connection.execute(_SQL["refused"], {"id": id_, "problem": problem[:500]})


async def note_seen(
    connection: AsyncConnection,
    id_: uuid.UUID,
    *,
    paused: bool,
    note: str,
    remaining: int | None,
    other_runs: Sequence[datetime] | None,
) -> bool:
    """What Temporal says of it; whether that is new."""
    seen = {"paused": paused, "note": note, "remaining": remaining, "other_runs": other_runs, "id": id_}
    return (await connection.execute(_SQL["seen_in_temporal"], seen)).first() is not None


async def note_gone(connection: AsyncConnection, id_: uuid.UUID) -> bool:
    """Somebody deleted it on the Temporal side; whether that is new."""
    return (await connection.execute(_SQL["gone"], {"id": id_})).first() is not None


async def schedules_in_temporal(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Those that Temporal should have."""
    return (await connection.execute(_SQL["in_temporal"])).mappings().all()


async def tell_again(connection: AsyncConnection) -> None:
    await connection.execute(_SQL["tell_again"])


async def put_command(connection: AsyncConnection, id_: uuid.UUID, verb: str, content: dict[str, Any]) -> None:
    """A word to Temporal. Whoever calls this commits it together with its cause."""
    await connection.execute(_SQL["put_command"], {"id": id_, "verb": verb, "content": json.dumps(content)})


async def is_pause_on_its_way(connection: AsyncConnection, id_: uuid.UUID) -> bool:
    """Whether Temporal was not told yet that it is paused."""
    return bool((await connection.execute(_SQL["pause_on_its_way"], {"id": id_})).scalar())


async def is_change_on_its_way(connection: AsyncConnection, id_: uuid.UUID, due: datetime) -> bool:
    """Whether Temporal was not told yet of a change, and this moment is not that of a run that somebody asked for."""
    return bool((await connection.execute(_SQL["change_on_its_way"], {"id": id_, "due": due})).scalar_one())


async def has_commands(connection: AsyncConnection, id_: uuid.UUID) -> bool:
    """Whether Temporal has still to be told something of it."""
    return bool((await connection.execute(_SQL["has_commands"], {"id": id_})).scalar_one())


async def runs_just_now(connection: AsyncConnection, id_: uuid.UUID, seconds: float) -> bool:
    """Whether it was told to run and has not yet, or Temporal was told so, or it was due, in the last ``seconds``."""
    return bool((await connection.execute(_SQL["runs_just_now"], {"id": id_, "seconds": seconds})).scalar_one())


async def note_run_told(connection: AsyncConnection, id_: uuid.UUID) -> None:
    await connection.execute(_SQL["run_told"], {"id": id_})


async def claim_command(connection: AsyncConnection, seconds: float) -> RowMapping | None:
    """The word that is next, for so long: those of one schedule go out in their order, also with several cores.

    Its ``tries`` say whose claim it is.
    """
    return (await connection.execute(_SQL["claim_command"], {"seconds": seconds})).mappings().first()


async def command_done(connection: AsyncConnection, id_: int, tries: int) -> bool:
    """Whether it was still claimed by whoever says so."""
    return (await connection.execute(_SQL["command_done"], {"id": id_, "tries": tries})).first() is not None


async def command_goes_on(
    connection: AsyncConnection, id_: int, tries: int, verb: str, content: dict[str, Any]
) -> bool:
    """What is left of the word takes its place; whether it was still claimed by whoever says so."""
    rest = {"id": id_, "tries": tries, "verb": verb, "content": json.dumps(content)}
    return (await connection.execute(_SQL["command_goes_on"], rest)).first() is not None


async def command_again(connection: AsyncConnection, id_: int, tries: int, seconds: float) -> None:
    await connection.execute(_SQL["command_again"], {"id": id_, "tries": tries, "seconds": seconds})
