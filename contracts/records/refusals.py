"""Keeps which places of a source refuse for good, since when, and from when on a run without them looked everywhere.

A feed that answered 403 for an hour may hold what nobody else has: a run without it has looked at a part. One that has
refused in each run for days will not answer the next one either: it is named, and left out of what has to be covered.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from contracts.views import View

#: So long, and in so many runs, without one in which it answered.
LEFT_OUT_AFTER = timedelta(days=3)
LEFT_OUT_TIMES = 3
#: What a worker says is bounded before it is kept.
_MOST, _NAME, _WHY = 50, 80, 200


class Refusal(BaseModel):
    """That a place has refused in each run that asked it since then."""

    since: AwareDatetime
    times: int
    why: str

    def is_left_out(self, now: datetime) -> bool:
        return self.times >= LEFT_OUT_TIMES and now - self.since >= LEFT_OUT_AFTER


Refusals = dict[str, Refusal]
_STORED: TypeAdapter[Refusals] = TypeAdapter(Refusals)


def refusals_of(stored: Any) -> Refusals:
    """As they are stored; none if that cannot be read."""
    try:
        return _STORED.validate_python(stored or {})
    except ValidationError:
        return {}


def to_store(refusals: Refusals) -> dict[str, Any]:
    stored: dict[str, Any] = _STORED.dump_python(refusals, mode="json")
    return stored


def after_run(known: Refusals, refused: Mapping[str, str], now: datetime, *, some_silent: bool = False) -> Refusals:
    """What is known after a run that asked everywhere: who answered is no longer among them.

    ``some_silent``: other places gave no answer, nobody says which; a timeout takes no refusal back. Who is kept too
    long does no harm: only a run that it refuses goes without it.
    """
    noted: Refusals = {}
    for place, why in sorted(refused.items())[:_MOST]:
        name = place[:_NAME]
        before = known.get(name)
        since, times = (before.since, before.times) if before else (now, 0)
        noted[name] = Refusal(since=since, times=times + 1, why=why[:_WHY])
    kept = sorted(known.keys() - noted.keys())[: _MOST - len(noted)] if some_silent else []
    return noted | {name: known[name] for name in kept}


class RefusalView(View):
    """A place of the source that refuses for good. ``left_out``: the source counts as covered without it by now."""

    place: str
    since: datetime
    why: str
    left_out: bool


def views_of(stored: Any, now: datetime) -> list[RefusalView]:
    """As people see them, those that have refused the longest first."""
    known = sorted(refusals_of(stored).items(), key=lambda each: (each[1].since, each[0]))
    return [
        RefusalView(place=place, since=each.since, why=each.why, left_out=each.is_left_out(now))
        for place, each in known
    ]


def left_out(refusals: Refusals, now: datetime) -> frozenset[str]:
    """Whom nobody has to wait for any more."""
    return frozenset(place for place, refusal in refusals.items() if refusal.is_left_out(now))
