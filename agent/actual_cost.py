"""Computes the actual cost of a task from its result; the result is whatever a worker reported."""

import math
from dataclasses import dataclass
from typing import Any

#: More than anything costs; sums of it fit a bigint.
_MOST = 10**12
_MICROS = 1_000_000


@dataclass(frozen=True)
class UsedCost:
    calls: int
    tokens: int
    usd_micros: int


def actual_cost(reserved: UsedCost, *, begun: bool, requests: object, cost: object) -> UsedCost:
    """The real cost; of what is not known, what was reserved.

    ``begun``: a worker had it; else nothing was used. ``requests`` and ``cost``: those fields of the result.
    """
    if not begun:
        return UsedCost(0, 0, 0)
    of_model: dict[str, Any] = cost if isinstance(cost, dict) else {}
    calls = _count(requests, _count(of_model.get("calls"), reserved.calls))
    return UsedCost(calls, _tokens(of_model, reserved.tokens), _micros(of_model.get("usd"), reserved.usd_micros))


def _tokens(cost: dict[str, Any], unknown: int) -> int:
    read, written = _count(cost.get("input_tokens"), -1), _count(cost.get("output_tokens"), -1)
    return min(read + written, _MOST) if read >= 0 and written >= 0 else unknown


def _micros(usd: object, unknown: int) -> int:
    if isinstance(usd, bool) or not isinstance(usd, int | float) or not math.isfinite(usd) or usd < 0:
        return unknown
    # Up: a fraction of a millionth is never lost.
    return min(math.ceil(round(min(usd, _MOST) * _MICROS, 3)), _MOST)


def _count(number: object, unknown: int) -> int:
    return min(number, _MOST) if type(number) is int and number >= 0 else unknown
