"""Which names a worker may make up, and for how long they are remembered."""

from gateway.own_names import MOST_NEW, OwnNames


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_name_is_its_first_users_until_nobody_was_heard_of_for_long() -> None:
    clock = Clock()
    names = OwnNames(clock)
    assert names.admit("mac", "queue-1")
    assert not names.admit("nas", "queue-1")
    clock.now = 601
    assert names.admit("mac", "queue-2")
    assert names.admit("nas", "queue-1")


def test_what_is_used_stays_and_new_names_come_again_after_a_while() -> None:
    clock = Clock()
    names = OwnNames(clock)
    assert all(names.admit("mac", str(number)) for number in range(MOST_NEW))
    assert not names.admit("mac", "one more")
    assert names.admit("mac", "0")
    assert names.admit("nas", "one more")
    clock.now = 601
    assert names.admit("mac", "another")
    assert len(names._of["mac"].heard) == 1
