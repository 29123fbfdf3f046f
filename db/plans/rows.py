"""The rows of one plan while it advances or is steered; whoever uses them has locked the plan first."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.models import PlanRow
from db.statements import load
from db.tasks.outbox import Taken, taken_of

_SQL = load(__file__)
_BATCH = 2_000
Rows = Sequence[Mapping[str, Any]]


async def lock_plan(connection: AsyncConnection, plan: uuid.UUID) -> RowMapping | None:
    return (await connection.execute(_SQL["lock"], {"plan": plan})).mappings().first()


class PlanRows:
    """Of one plan, on one connection."""

    def __init__(self, connection: AsyncConnection, plan: uuid.UUID) -> None:
        self.connection = connection
        self.plan = plan

    async def take_ends(self, limit: int) -> Sequence[RowMapping]:
        """Tasks that ended, or run again, since the last advance."""
        return await self._read("take_ends", limit=limit)

    async def beginning(self) -> list[str]:
        """Steps of a new plan that wait for nothing."""
        return [row["step"] for row in await self._read("beginning")]

    async def steps(self, names: Collection[str]) -> Sequence[RowMapping]:
        return await self._read("steps", names=list(names))

    async def parts(self, keys: Collection[tuple[str, int]]) -> Sequence[RowMapping]:
        return await self._read("parts", steps=[key[0] for key in keys], places=[key[1] for key in keys])

    async def parts_in(self, step: str, statuses: Collection[str]) -> Sequence[RowMapping]:
        """Parts of one step that stand so: not all, their results may be large."""
        return await self._read("parts_in", step=step, statuses=list(statuses))

    async def size_of_results(self, step: str) -> int:
        """About how many bytes they are, as JSON."""
        [row] = await self._read("size_of_results", step=step)
        return int(row["size"])

    async def results(self, step: str) -> list[Any]:
        """Of all parts of one step, in the order of its entries."""
        return [row["result"] for row in await self._read("results", step=step)]

    async def count_parts(self) -> int:
        [row] = await self._read("count_parts")
        return int(row["count"])

    async def stopped(self) -> Sequence[RowMapping]:
        """Parts that keep the plan from going on."""
        return await self._read("stopped")

    async def stopped_steps(self) -> list[str]:
        """Steps that failed before they had parts."""
        return [row["step"] for row in await self._read("stopped_steps")]

    async def under_way(self, sessions: Collection[str], limit: int) -> Sequence[RowMapping]:
        """Without its sessions."""
        return await self._read("under_way", sessions=list(sessions), limit=limit)

    async def stranded(self, sessions: Collection[str], limit: int) -> Sequence[RowMapping]:
        """Parts that run in these sessions, and were not told to end."""
        return await self._read("stranded", sessions=list(sessions), limit=limit)

    async def in_session(self, name: str) -> tuple[int, int]:
        """Of what runs in it: steps that are not over, and parts under way."""
        [row] = await self._read("in_session", session=name)
        return int(row["to_come"]), int(row["under_way"])

    async def restore(self, task: uuid.UUID) -> None:
        """A task that somebody deleted is there again, because it is to run again."""
        await self.connection.execute(_SQL["restore"], {"plan": self.plan, "task": task})

    async def overdue(self, limit: int) -> Sequence[RowMapping]:
        return await self._read("overdue", limit=limit)

    async def unreviewed(self, limit: int) -> Sequence[RowMapping]:
        """Parts whose results nobody has looked at in time."""
        return await self._read("unreviewed", limit=limit)

    async def rounds(self, tasks: Sequence[uuid.UUID]) -> set[int]:
        """How often these tasks have run."""
        return {row["round"] for row in await self._read("rounds", tasks=list(tasks))}

    async def review_ends(self, step: str, places: Sequence[int]) -> set[datetime | None]:
        """When the reviews of these entries of a step end."""
        return {row["review_before"] for row in await self._read("review_ends", step=step, places=list(places))}

    async def next_deadline(self) -> tuple[datetime, float] | None:
        """When it is, and in how many seconds by the clock that wrote it."""
        [row] = await self._read("next_deadline")
        return None if row["at"] is None else (row["at"], row["seconds"])

    async def ready(self, limit: int, *, compensating: bool) -> Sequence[RowMapping]:
        return await self._read("ready", limit=limit, compensating=compensating)

    async def release(self, step: str) -> int:
        return (await self.connection.execute(_SQL["release"], {"plan": self.plan, "step": step})).rowcount

    async def add_steps(self, rows: Rows) -> None:
        await self._write("add_steps", rows)

    async def add_parts(self, rows: Rows) -> None:
        await self._write("add_parts", rows)

    async def write_steps(self, rows: Rows) -> None:
        await self._write("write_steps", rows)

    async def write_parts(self, rows: Rows) -> None:
        await self._write("write_parts", rows)

    async def tell(self, rows: Rows, round_: int) -> None:
        """Lines of the plan's history."""
        if rows:
            written = json.dumps(list(rows), default=str)
            await self.connection.execute(_SQL["tell"], {"plan": self.plan, "rows": written, "round": round_})

    async def note_stuck(self, failure: dict[str, Any]) -> None:
        """Why it cannot go on, while that is tried again."""
        await self.connection.execute(_SQL["note_stuck"], {"plan": self.plan, "failure": json.dumps(failure)})

    async def write_plan(self, values: Mapping[str, Any]) -> None:
        await self.connection.execute(_SQL["write_plan"], {"plan": self.plan, **values})

    async def unstarted(self, limit: int) -> list[Taken]:
        """Tasks whose workflows the plan has still to start."""
        return [taken_of(row) for row in await self._read("unstarted", limit=limit)]

    async def started(self, tasks: Sequence[uuid.UUID], commands: Sequence[int]) -> None:
        """These have workflows now."""
        if tasks:
            values = {"plan": self.plan, "tasks": list(tasks), "commands": list(commands)}
            await self.connection.execute(_SQL["started"], values)

    async def wake(self) -> None:
        """Have the plan's workflow look at it, once this is committed."""
        await self.connection.execute(_SQL["wake"], {"plan": self.plan})

    async def another_round(self) -> None:
        await self.connection.execute(_SQL["another_round"], {"plan": self.plan})

    async def cancelled_by(self, actor: str) -> None:
        await self.connection.execute(_SQL["cancelled_by"], {"plan": self.plan, "actor": actor})

    async def add_plan(self, values: Mapping[str, Any]) -> None:
        await self.connection.execute(insert(PlanRow).values(id=self.plan, **values))

    async def _read(self, name: str, **values: Any) -> Sequence[RowMapping]:
        return (await self.connection.execute(_SQL[name], {"plan": self.plan, **values})).mappings().all()

    async def _write(self, name: str, rows: Rows) -> None:
        """So many at once that a statement stays small."""
        for begin in range(0, len(rows), _BATCH):
            written = json.dumps(list(rows[begin : begin + _BATCH]), default=str)
            await self.connection.execute(_SQL[name], {"plan": self.plan, "rows": written})
