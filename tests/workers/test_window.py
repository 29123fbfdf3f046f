"""How much is asked of Temporal at once, by how it answers."""

from itertools import count

from workers.core.window import Window

QUICK, SLOW = 0.02, 2.0


def after(*answers: float | None) -> int:
    """The size after these answers; None stands for none in time."""
    window = Window()
    for seconds in answers:
        if seconds is None:
            window.unanswered()
        else:
            window.answered(seconds)
    return window.size


def test_it_begins_with_enough_for_a_quiet_system() -> None:
    assert after() == 20


def test_it_grows_by_about_one_per_round_of_quick_answers_up_to_a_limit() -> None:
    assert after(*[QUICK] * 21) == 21
    assert after(*[QUICK] * 100_000) == 200


def test_slow_answers_let_it_be() -> None:
    assert after(*[SLOW] * 1_000) == 20


def test_what_is_not_answered_halves_it_once_for_all_that_was_sent_together() -> None:
    assert after(None) == 10
    assert after(*[None] * 50) == 10


def test_it_never_closes_and_opens_again() -> None:
    window = Window(clock=count(step=2).__next__)
    for _ in range(20):
        window.unanswered()
    assert window.size == 4
    for _ in range(1_000):
        window.answered(QUICK)
    assert window.size > 40
