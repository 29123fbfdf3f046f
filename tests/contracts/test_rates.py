"""Rates as people write and read them."""

import pytest

from contracts.workers.rates import parse_rate, rate_text


@pytest.mark.parametrize(
    ("text", "per_second"),
    [("5/s", 5), ("30/min", 0.5), (" 100 / H ", 100 / 3_600), ("0.5/s", 0.5), ("none", None), ("None", None)],
)
def test_a_rate(text: str, per_second: float | None) -> None:
    assert parse_rate(text) == per_second


@pytest.mark.parametrize("text", ["", "5", "5/day", "fast", "0/s", "-1/s", "nan/s", "inf/s", "/s"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="write a rate such as 5/s"):
        parse_rate(text)


@pytest.mark.parametrize(
    ("per_second", "text"), [(5, "5/s"), (1, "1/s"), (0.5, "30/min"), (0.01, "36/h"), (0.0001, "0.36/h")]
)
def test_how_it_is_shown(per_second: float, text: str) -> None:
    assert rate_text(per_second) == text
    assert parse_rate(text) == pytest.approx(per_second)
