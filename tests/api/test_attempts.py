"""Who counts as one place when guesses are counted."""

import pytest

from api.security.attempts import place_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_one_connection_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place
