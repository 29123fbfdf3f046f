"""Everything that we name in Temporal stays below what it takes. Whether it does: stack/tasks/test_limits.py."""

import json

import pytest

from contracts import names
from contracts.temporal_limits import FAIRNESS_KEY, ID, SEARCH_ATTRIBUTE, fairness_key, keyword

#: A hundred letters are the longest name of a person, a worker or a key; some letters have four bytes.
LONGEST_NAME = "𐐀" * 100
LONGEST_LABEL = f"human:{LONGEST_NAME}"
#: Of a task that was begun by hand: `workers.core.mirror.observed` cuts who began it.
LONGEST_CREATOR = "temporal:" + "𐐀" * 200
WORKER_ID = "6f0c2f0e-5a52-4b3e-9a0e-0c1a2d7b4e55"


@pytest.mark.parametrize(
    ("what", "longest", "limit"),
    [
        ("fairness key of a person", fairness_key(LONGEST_LABEL), FAIRNESS_KEY),
        ("fairness key of who began it by hand", fairness_key(LONGEST_CREATOR), FAIRNESS_KEY),
        ("request id of a start", f"{WORKER_ID}:{2**31 - 1}", ID),
        ("request id of a command", f"reprioritise-{2**63 - 1}", ID),
        ("update id", f"decide-{2**63 - 1}", ID),
        ("activity id", names.activity_id(2**31 - 1), ID),
        ("canary queue", names.canary_queue(WORKER_ID), ID),
        ("capability", "x" * 64, ID),
        ("identity of a worker", f"{LONGEST_NAME} ({WORKER_ID})", ID),
        ("notification", names.notify_workflow_id(2**63 - 1), ID),
        ("search attribute", json.dumps(keyword(LONGEST_CREATOR)), SEARCH_ATTRIBUTE),
    ],
)
def test_our_longest_is_taken(what: str, longest: str, limit: int) -> None:
    assert len(longest.encode()) <= limit, what


def test_short_keys_stay_as_they_are_and_long_ones_stay_different() -> None:
    assert fairness_key("human:anna") == "human:anna"
    assert fairness_key("k" * 64) == "k" * 64
    assert len({fairness_key(f"human:{'a' * 90}{number}") for number in range(100)}) == 100
    assert keyword("human:anna") == "human:anna"
