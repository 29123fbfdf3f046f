"""Which wish for a queue wins, what a probe tells, and how long a circuit waits."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import RowMapping

from contracts.errors import SOURCE_FAULTS
from db.workers.circuits import Rules
from db.workers.controls import Circuit, Control, Pause, RateCap
from workers.core.circuits import Verdict, verdict_of
from workers.core.queues.limits import PROBE_RATE, Limit, limit_of, limits_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAUSE = Pause("human:anna", "moving", NOW)
CAP = RateCap(0.25, "human:ben", NOW)
TASK = UUID(int=1)


def circuit(state: str, probe: UUID | None = None) -> Circuit:
    return Circuit(state, "it answered 503", 1, NOW, NOW, probe)


def limit(**parts: Any) -> Limit:
    return limit_of(Control("echo", **{**dict.fromkeys(("everything", "pause", "rate", "circuit")), **parts}))


def test_nothing_is_no_limit() -> None:
    assert limit() == Limit(None, "", "")


def test_a_cap_is_the_limit() -> None:
    assert limit(rate=CAP) == Limit(0.25, "rate cap", "human:ben")


def test_a_pause_beats_a_cap_and_a_circuit_and_everything_beats_it() -> None:
    parts = {"pause": PAUSE, "rate": CAP, "circuit": circuit("half_open")}
    assert limit(**parts) == Limit(0, "paused: moving", "human:anna")
    assert limit(**parts, everything=PAUSE) == Limit(0, "everything is paused: moving", "human:anna")


@pytest.mark.parametrize("shut", [circuit("open"), circuit("half_open", TASK)])
def test_an_open_circuit_shuts_and_so_does_one_whose_probe_is_under_way(shut: Circuit) -> None:
    assert limit(circuit=shut, rate=CAP).rate == 0


def test_a_probe_goes_no_faster_than_the_cap() -> None:
    assert limit(circuit=circuit("half_open")).rate == PROBE_RATE
    assert limit(circuit=circuit("half_open"), rate=CAP).rate == 0.25


def test_the_queues_of_one_capability_are_held_together_to_what_it_is_held_to() -> None:
    queues, none = ["echo", "workspace:team:echo"], dict.fromkeys(("everything", "pause", "rate", "circuit"))

    def rates(probed: str = "echo", **parts: Any) -> list[float | None]:
        return [each.rate for each in limits_of(Control("echo", **{**none, **parts}), queues, probed).values()]

    assert rates() == [None, None]
    assert rates(rate=CAP) == [0.125, 0.125]
    assert rates(pause=PAUSE, circuit=circuit("half_open")) == [0, 0]
    assert rates(circuit=circuit("open")) == [0, 0]
    # One task tries the source, not one of each queue.
    assert rates("workspace:team:echo", circuit=circuit("half_open")) == [0, PROBE_RATE]
    assert rates("workspace:gone:echo", circuit=circuit("half_open")) == [PROBE_RATE, 0]
    assert rates(circuit=circuit("half_open"), rate=CAP) == [0.25, 0]


def test_what_shuts_a_capability_holds_for_the_first_worker_of_a_closed_workspace() -> None:
    """It asks its queue a moment before core has seen it."""
    none = dict.fromkeys(("everything", "pause", "rate", "circuit"))

    def rates(probed: str = "echo", **parts: Any) -> list[float | None]:
        found = limits_of(Control("echo", **{**none, **parts}), ["echo"], probed, ["workspace:team:echo"])
        return [each.rate for each in found.values()]

    assert rates(pause=PAUSE) == rates(circuit=circuit("open")) == [0, 0]
    assert rates(circuit=circuit("half_open")) == [PROBE_RATE, 0]
    # What nobody asks has no part of a rate, and what is not shut needs no limit there.
    assert rates() == [None]
    assert rates(rate=CAP) == [0.25]


def test_a_long_reason_fits_into_temporal() -> None:
    assert len(limit(pause=Pause("human:anna", "x" * 5_000, NOW)).reason) < 1_000


def test_the_wait_for_a_probe_doubles_up_to_the_longest() -> None:
    rules = Rules(failures=5, window_seconds=600, cooldown_seconds=60, longest_cooldown_seconds=1_800)
    assert [rules.cooldown(n) for n in (1, 2, 3, 6, 7, 10_000)] == [60, 120, 240, 1_800, 1_800, 1_800]


def verdict(status: str | None, error: str | None = None, *, ended: bool = True, age: float = 1) -> Verdict:
    row = {
        "status": status,
        "ended_at": NOW if ended else None,
        "error_type": error,
        "age": timedelta(seconds=age),
    }
    return verdict_of(cast(RowMapping, row))


def test_a_probe_that_succeeds_or_is_answered_shows_that_the_source_is_well() -> None:
    assert verdict("succeeded") is Verdict.WELL
    assert verdict("failed", "NotFound") is Verdict.WELL
    assert verdict("running", ended=False, age=3_600) is Verdict.WELL


@pytest.mark.parametrize("fault", SOURCE_FAULTS)
def test_a_probe_that_the_source_fails_shows_that_it_is_sick(fault: str) -> None:
    assert verdict("failed", fault) is Verdict.SICK


@pytest.mark.parametrize(
    ("status", "error"), [("lost", None), ("cancelled", None), ("failed", "WorkerLost"), (None, None)]
)
def test_a_probe_that_never_heard_of_the_source_says_nothing(status: str | None, error: str | None) -> None:
    assert verdict(status, error) is Verdict.SILENT


def test_a_probe_under_way_is_waited_for() -> None:
    assert verdict("claimed", ended=False) is verdict("running", ended=False) is Verdict.UNDER_WAY
