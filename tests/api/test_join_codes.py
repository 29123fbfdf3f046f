"""Join codes: what they look like, how they may be typed, and what can be derived from what."""

import re

import pytest

from services.people.join_codes import code_hash, key_secret, new_code

SECRET = "s" * 32


def test_codes_are_short_and_hard_to_guess() -> None:
    codes = [new_code() for _ in range(1_000)]
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert len(set(codes)) == len(codes)
    # 12 places of 5 bits; every character turns up at every place.
    for place in range(14):
        if place not in (4, 9):
            assert len({code[place] for code in codes}) == 32


@pytest.mark.parametrize(
    "typed", ["7kq2-m0xr-91dv", " 7KQ2 M0XR 91DV ", "7KQ2M0XR91DV", "7KQ2-MOXR-9IDV", "7kq2-moxr-9ldv"]
)
def test_however_it_is_typed(typed: str) -> None:
    assert code_hash(SECRET, typed) == code_hash(SECRET, "7KQ2-M0XR-91DV")


@pytest.mark.parametrize("other", ["7KQ2-M0XR-91DW", "", "7KQ2-M0XR", "7KQ2-M0XR-91DV-0", "💥\x00\ud800"])
def test_another_code_is_another_one(other: str) -> None:
    assert code_hash(SECRET, other) != code_hash(SECRET, "7KQ2-M0XR-91DV")
    assert code_hash("another secret", "7KQ2-M0XR-91DV") != code_hash(SECRET, "7KQ2-M0XR-91DV")


def test_a_key_needs_all_of_code_question_and_secret() -> None:
    code = code_hash(SECRET, new_code())
    key = key_secret(SECRET, code, "asked once")
    assert key == key_secret(SECRET, code, "asked once")
    assert len(key) == 43
    others = [
        key_secret(SECRET, code, "asked twice"),
        key_secret("x" * 32, code, "asked once"),
        key_secret(SECRET, code_hash(SECRET, new_code()), "asked once"),
    ]
    assert key not in others
