"""Reads what the last runs of task types took, for estimates."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db.statements import load

_SQL = load(__file__)


@dataclass(frozen=True)
class UsualRun:
    """A success. ``requests`` and ``cost`` are what its worker wrote into the result."""

    seconds: float
    requests: Any
    cost: Any


async def usual_runs(connection: AsyncConnection, types: Collection[str]) -> Mapping[str, Sequence[UsualRun]]:
    """The last runs of each type; none of a type that has not succeeded lately."""
    rows = (await connection.execute(_SQL["usual_runs"], {"types": sorted(types)})).mappings()
    found: defaultdict[str, list[UsualRun]] = defaultdict(list)
    for row in rows:
        found[row["type"]].append(UsualRun(row["seconds"], row["requests"], row["cost"]))
    return found
