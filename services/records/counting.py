"""How many collected rows of each kind there are: counted as the caller, and where they are many, estimated."""

from collections.abc import Sequence

from contracts.records.rows import RecordKind
from contracts.records.views import RecordKindView
from db.records.queries import COUNT_CAP, count_rows, estimate_rows
from db.session import Database
from db.workspaces.scope import seeing_everything


async def kinds_of(database: Database, workspaces: Sequence[str]) -> list[RecordKindView]:
    """All kinds, with the rows of these workspaces; none means all that are shown to the caller."""
    async with database.transaction() as connection:
        counted = {kind: await count_rows(connection, kind, workspaces) for kind in RecordKind}
    many = [kind for kind, rows in counted.items() if rows > COUNT_CAP]
    estimated = await _estimated(database, many, workspaces) if many else {}
    return [
        RecordKindView(
            kind=kind, rows=max(rows, estimated.get(kind, 0)), estimated=rows > COUNT_CAP, time=kind.spec.time
        )
        for kind, rows in counted.items()
    ]


async def _estimated(
    database: Database, kinds: Sequence[RecordKind], workspaces: Sequence[str]
) -> dict[RecordKind, int]:
    # Postgres' figures of a table are for its owner only; what is asked for are those of the caller's own rows.
    with seeing_everything():
        async with database.transaction() as connection:
            return {kind: await estimate_rows(connection, kind, workspaces) for kind in kinds}
