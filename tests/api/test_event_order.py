"""Events leave in the order of their ids, each once, in whatever order their transactions commit."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from api.events.event_order import GAP_SECONDS, InOrder
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import EventView

_TASK = uuid.uuid4()


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Table:
    """The events that are committed, as the hub reads them: by id, above a position."""

    def __init__(self) -> None:
        self._committed: set[int] = set()

    def commit(self, *ids: int) -> None:
        self._committed |= set(ids)

    def read(self, order: InOrder) -> list[int]:
        visible = sorted(id_ for id_ in self._committed if id_ > order.position)
        return [event.id for event in order.take([_event(id_) for id_ in visible])]


@given(st.permutations(range(1, 9)))
def test_every_order_of_commits_comes_out_by_id(commits: Sequence[int]) -> None:
    table, order, out = Table(), InOrder(0, Clock()), list[int]()
    for id_ in commits:
        table.commit(id_)
        out += table.read(order)
        # Nothing is held back that need not be.
        assert order.position == _unbroken(commits[: commits.index(id_) + 1])
    assert out == list(range(1, 9))
    assert not order.is_waiting


@given(st.permutations(range(1, 13)), st.lists(st.integers(1, 4), min_size=12, max_size=12))
def test_commits_that_are_seen_together_come_out_by_id(commits: Sequence[int], together: Sequence[int]) -> None:
    table, order, out, left = Table(), InOrder(0, Clock()), list[int](), list(commits)
    for count in together:
        table.commit(*left[:count])
        del left[:count]
        out += table.read(order)
    assert out == list(range(1, 13))


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 7)))
def test_what_was_rolled_back_is_passed_over_in_time(commits: Sequence[int], rolled_back: set[int]) -> None:
    clock = Clock()
    table, order, out = Table(), InOrder(0, clock), list[int]()
    for id_ in commits:
        if id_ not in rolled_back:
            table.commit(id_)
        out += table.read(order)
    for _ in rolled_back:
        clock.now += GAP_SECONDS
        out += table.read(order)
    assert out == [id_ for id_ in range(1, 9) if id_ not in rolled_back]


def test_a_gap_is_waited_for_and_not_a_moment_longer() -> None:
    clock = Clock()
    table, order = Table(), InOrder(0, clock)
    table.commit(2, 3)
    assert table.read(order) == []
    assert order.is_waiting
    clock.now += GAP_SECONDS * 0.9
    assert table.read(order) == []
    clock.now += GAP_SECONDS * 0.1 + 0.001
    assert table.read(order) == [2, 3]
    assert not order.is_waiting


def test_a_late_commit_closes_the_gap_at_once() -> None:
    clock = Clock()
    table, order = Table(), InOrder(0, clock)
    table.commit(2)
    assert table.read(order) == []
    clock.now += GAP_SECONDS * 0.9
    table.commit(1)
    assert table.read(order) == [1, 2]
    # The next gap has its whole time, whatever the last one used up.
    table.commit(4)
    assert table.read(order) == []
    clock.now += GAP_SECONDS * 0.9
    assert table.read(order) == []


def test_gaps_that_have_stood_equally_long_are_passed_over_together() -> None:
    """One wait for all of them: listeners would fall a second behind for each otherwise."""
    clock = Clock()
    table, order = Table(), InOrder(0, clock)
    table.commit(2, 4, 6)
    assert table.read(order) == []
    clock.now += GAP_SECONDS
    assert table.read(order) == [2, 4, 6]


def test_an_empty_table_keeps_nobody_waiting() -> None:
    order = InOrder(41)
    assert order.take([]) == []
    assert not order.is_waiting
    assert [event.id for event in order.take([_event(42)])] == [42]


def _unbroken(committed: Sequence[int]) -> int:
    """The last id of 1, 2, 3 … without a gap."""
    last = 0
    while last + 1 in committed:
        last += 1
    return last


def _event(id_: int) -> EventView:
    return EventView(
        id=id_,
        task_id=_TASK,
        type="progress",
        status=TaskStatus.RUNNING,
        round=0,
        attempt=1,
        worker_id=None,
        actor=None,
        details=None,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
