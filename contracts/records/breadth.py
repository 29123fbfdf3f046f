"""How broad a run of a collecting task was: whether it asked for all that a usual one asks for, or for a part of it."""

from collections.abc import Collection
from typing import Any

from pydantic.fields import FieldInfo

from contracts.params.common import Params
from contracts.task_types import TASK_TYPES, InvalidTaskParams, parse_params

#: Those say of whom, since when and how much; the others say where one looks.
_NOT_WHERE = frozenset({"ticker", "limit"})
#: Wider than anything that is usual.
_EVERYWHERE = "all"


def is_usual(task_type: str, params: dict[str, Any]) -> bool:
    """Whether these params look everywhere where the type looks if nobody says: one subreddit is a part of it.

    The span of time and the limit are not asked here. Params that the type does not know are not usual.
    """
    try:
        given = parse_params(task_type, params)
    except InvalidTaskParams:
        return False
    source = TASK_TYPES[task_type].source
    aside = _NOT_WHERE | {source.span if source else None} | (source.adding if source else frozenset())
    fields = type(given).model_fields.items()
    return all(_is_as_wide(given, name, field) for name, field in fields if name not in aside)


def limit_reached(task_type: str, params: dict[str, Any], result: dict[str, Any] | None) -> bool:
    """Whether a limit below the usual one ended the run, so that there may be more than it kept."""
    source, usual = TASK_TYPES[task_type].source, TASK_TYPES[task_type].params.model_fields.get("limit")
    limit = params.get("limit")
    if usual is None or source is None or source.counts is None or type(limit) is not int or limit >= usual.default:
        return False
    kept = (result or {}).get(source.counts)
    return type(kept) is not int or kept >= limit


def looked_everywhere(
    task_type: str, params: dict[str, Any], result: dict[str, Any] | None, left_out: Collection[str] = ()
) -> bool:
    """Whether a run looked wherever a usual one looks: asked to, and with an answer from each place.

    ``left_out``: places that have refused for days, so that no run gets an answer (`contracts.records.refusals`).
    """
    return is_usual(task_type, params) and not _missed(task_type, result, left_out)


def refused_places(task_type: str, result: dict[str, Any] | None) -> dict[str, str]:
    """Of the places where a usual run looks, those that refused this one for good, in small letters, and why."""
    row = TASK_TYPES[task_type]
    said = (result or {}).get(row.source.refused) if row.source else None
    if not isinstance(said, dict):
        return {}
    usual = _usual_places(task_type)
    named = {str(name).lower(): str(why) for name, why in said.items()}
    return {name: why for name, why in named.items() if not usual or name in usual}


def some_silent(task_type: str, result: dict[str, Any] | None) -> bool:
    """Whether more places than those that refused for good gave no answer, or a part of it."""
    source = TASK_TYPES[task_type].source
    refused = (result or {}).get(source.refused) if source else None
    return _counted(task_type, result) > (len(refused) if isinstance(refused, dict) else 0)


def _counted(task_type: str, result: dict[str, Any] | None) -> int:
    """The places that a run could not look at, of those that a result counts and does not name."""
    source = TASK_TYPES[task_type].source
    said = [(result or {}).get(field) for field in source.missed] if source else []
    return sum(each for each in said if type(each) is int and each > 0)


def _usual_places(task_type: str) -> set[str]:
    """Those that the params name; a type that does not name them has no others."""
    return {name.lower() for field in TASK_TYPES[task_type].params.model_fields.values() for name in _names(field)}


def _missed(task_type: str, result: dict[str, Any] | None, left_out: Collection[str]) -> bool:
    source = TASK_TYPES[task_type].source
    if source is None:
        return False
    excused = set(left_out) & set(refused_places(task_type, result))
    usual = _usual_places(task_type) - excused
    said = [(result or {}).get(field) for field in source.missed]
    named = {str(name).lower() for each in said if isinstance(each, dict) for name in each}
    return not usual.isdisjoint(named) or _counted(task_type, result) > len(excused)


def _names(field: FieldInfo) -> list[str]:
    usual = field.get_default(call_default_factory=True)
    return [each for each in usual if isinstance(each, str)] if isinstance(usual, list) else []


def _is_as_wide(given: Params, name: str, field: FieldInfo) -> bool:
    value, usual = getattr(given, name), field.get_default(call_default_factory=True)
    if isinstance(usual, list) and usual and isinstance(value, list):
        return {str(each).lower() for each in usual} <= {str(each).lower() for each in value}
    return bool(value in (usual, _EVERYWHERE))
