"""Adapts collection intervals: hot tickers more often than the target says, quiet ones less, both bounded."""

import math

#: At the hottest four times as often as the target, at the quietest a third as often.
FASTEST = 0.25
SLOWEST = 3.0

#: So many mentions a day make a ticker half calm.
_HALF_CALM = 5


def interval_factor(heat: float, mentions: int | None) -> float:
    """What the target is multiplied with.

    ``heat``: 0 for nothing special to 1 for as hot as it gets. ``mentions``: of one day; None if that is not known,
    and then nothing is called quiet.
    """
    calm = 0.0 if mentions is None else _HALF_CALM / (_HALF_CALM + max(mentions, 0))
    factor = math.exp(heat * math.log(FASTEST) + calm * (1 - heat) * math.log(SLOWEST))
    return min(max(factor, FASTEST), SLOWEST)
