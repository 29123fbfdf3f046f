"""Priority words, numbers, and what Temporal makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.tasks.priority import LABELS, Priority, label_of, temporal_key

priority: TypeAdapter[int] = TypeAdapter(Priority)


@pytest.mark.parametrize(("word", "number"), LABELS.items())
def test_a_word_means_a_number_of_its_own_band(word: str, number: int) -> None:
    assert priority.validate_python(word) == priority.validate_python(word.upper()) == number
    assert label_of(number) == word


@pytest.mark.parametrize(("value", "number"), [(0, 0), (100, 100), ("42", 42)])
def test_a_number_means_itself(value: object, number: int) -> None:
    assert priority.validate_python(value) == number


@pytest.mark.parametrize("value", [-1, 101, "101", 1.5, "", "soon", "-5", None, [50], "٣٠", "²"])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        priority.validate_python(value)


def test_an_unknown_word_is_answered_with_the_words_there_are() -> None:
    with pytest.raises(ValidationError, match=r"critical, high, normal, low or a number from 0 .* to 100"):
        priority.validate_python("soon")


@given(st.integers(0, 99))
def test_more_urgent_is_never_behind(number: int) -> None:
    assert 1 <= temporal_key(number) <= temporal_key(number + 1) <= 5


def test_words_differ_in_temporal_too() -> None:
    keys = [temporal_key(number) for number in LABELS.values()]
    assert keys == sorted(set(keys))
    assert {temporal_key(number) for number in range(101)} == {1, 2, 3, 4, 5}
