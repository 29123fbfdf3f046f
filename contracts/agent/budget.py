"""A budget as text: ``tasks=60/hour,usd=1/day,reddit:calls=2000/hour``; and the one that nobody has changed."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pydantic import ValidationError

from contracts.agent.policy import ADVISER, ALL, BudgetLimit, BudgetUnit, BudgetWindow
from contracts.mistakes import in_words

DEFAULT_BUDGET = (
    "tasks=60/hour,tokens=2000000/day,usd=1/day,reddit:calls=1200/hour,twitter:calls=300/hour,news:calls=1800/hour,"
    "sec:calls=900/hour"
)
#: Of advice, for each unit that a budget says nothing about.
ADVISER_BUDGET = (
    BudgetLimit(scope=ADVISER, unit=BudgetUnit.TOKENS, most=500_000, window=BudgetWindow.DAY),
    BudgetLimit(scope=ADVISER, unit=BudgetUnit.USD_MICROS, most=250_000, window=BudgetWindow.DAY),
)
#: More than anybody needs; each is looked at for each task.
MOST_LIMITS = 50
#: From this share on people are told that a limit is nearly used up.
NEAR_PERCENT = 80

_LIMIT = re.compile(
    r"(?:(?P<scope>[a-z_]+):)?(?P<unit>[a-z]+)=(?P<most>[0-9]{1,12}(?:\.[0-9]{1,6})?)/(?P<window>[a-z]+)"
)
_EXAMPLE = "tasks=60/hour, usd=0.50/day or reddit:calls=200/hour"
_MICROS = 1_000_000


def parse_limits(text: str) -> list[BudgetLimit]:
    """The limits that a text names.

    Raises:
        ValueError: with a sentence.
    """
    return check_limits([parse_limit(part) for part in filter(None, (each.strip() for each in text.split(",")))])


def parse_limit(part: str) -> BudgetLimit:
    """One limit, such as ``reddit:calls=200/hour``.

    Raises:
        ValueError: with a sentence.
    """
    found = _LIMIT.fullmatch(part)
    unit = {"usd": BudgetUnit.USD_MICROS}.get(found["unit"], found["unit"]) if found else ""
    if found is None or unit not in list(BudgetUnit) or found["window"] not in list(BudgetWindow):
        raise ValueError(f"'{part}' must be like {_EXAMPLE}")
    most = Decimal(found["most"]) * (_MICROS if found["unit"] == "usd" else 1)
    if most != most.to_integral_value():
        raise ValueError(f"'{part}' must be a whole number of {found['unit']}")
    given = {"scope": found["scope"] or ALL, "unit": unit, "most": int(most), "window": found["window"]}
    try:
        return BudgetLimit.model_validate(given)
    except ValidationError as error:
        raise ValueError(in_words(error.errors()[0])) from None


def check_limits(limits: Sequence[BudgetLimit]) -> list[BudgetLimit]:
    """The same, if they make a budget.

    Raises:
        ValueError: with a sentence.
    """
    if len(limits) > MOST_LIMITS:
        raise ValueError(f"a budget has at most {MOST_LIMITS} limits")
    places = [place_of(each) for each in limits]
    twice = next((each for number, each in enumerate(limits) if places[number] in places[:number]), None)
    if twice is not None:
        raise ValueError(f"{limit_text(twice)} is named twice; say each once")
    if not any(each.scope == ALL and each.unit is BudgetUnit.TASKS for each in limits):
        raise ValueError("a budget limits the tasks of everything, such as tasks=60/hour; add that")
    return list(limits)


def with_advisers(limits: Sequence[BudgetLimit]) -> list[BudgetLimit]:
    """The same, with a daily limit of each unit that advice takes."""
    said = {each.unit for each in limits if each.scope == ADVISER and each.window is BudgetWindow.DAY}
    return [*limits, *(each for each in ADVISER_BUDGET if each.unit not in said)]


def limits_text(limits: Iterable[BudgetLimit]) -> str:
    """The text that `parse_limits` reads."""
    return ",".join(limit_text(each) for each in limits)


def limit_text(limit: BudgetLimit) -> str:
    scope = "" if limit.scope == ALL else f"{limit.scope}:"
    if limit.unit is BudgetUnit.USD_MICROS:
        dollars = f"{Decimal(limit.most) / _MICROS:f}"
        return f"{scope}usd={dollars}/{limit.window}"
    return f"{scope}{limit.unit}={limit.most}/{limit.window}"


def dollars(micros: int) -> str:
    """For people: cents, and what is less than one, as far as it goes."""
    amount = Decimal(micros) / _MICROS
    return f"${amount:,.2f}" if micros % 10_000 == 0 or micros >= _MICROS else f"${amount:,.4f}".rstrip("0")


def place_of(limit: BudgetLimit) -> tuple[str, str, str]:
    """What it limits: of two limits of one place the later one counts."""
    return limit.scope, limit.unit.value, limit.window.value
