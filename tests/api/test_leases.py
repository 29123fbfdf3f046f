"""A sealed token opens only as it was sealed, and only with a key of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tasks.work import Lease, RetrySettings
from runtime.leases import LeaseInvalid, seal, unseal

KEYS = (b"the key that signs now", b"the key before it")
LEASE = Lease(
    worker_id="8b0f2f6e-0000-4000-8000-000000000001",
    workflow_id="8b0f2f6e-0000-4000-8000-000000000002",
    run_id="8b0f2f6e-0000-4000-8000-000000000003",
    round=2,
    attempt=3,
    max_attempts=5,
    retry=RetrySettings(max_attempts=5, initial_seconds=1.5),
)
TOKEN = b"\x0a\x24temporal's own token\x00\xff"
SEALED = seal(LEASE, TOKEN, KEYS)


@given(st.binary(max_size=2_000), st.text(max_size=200), st.integers(0, 100))
def test_what_was_sealed_comes_back(token: bytes, workflow_id: str, attempt: int) -> None:
    lease = Lease(worker_id="w", workflow_id=workflow_id, attempt=attempt)
    assert unseal(seal(lease, token, KEYS), KEYS) == (lease, token)


def test_all_of_a_lease_comes_back() -> None:
    assert unseal(SEALED, KEYS) == (LEASE, TOKEN)


def test_a_key_that_is_being_replaced_still_opens() -> None:
    assert unseal(seal(LEASE, TOKEN, KEYS[1:]), KEYS) == (LEASE, TOKEN)


def test_the_first_key_signs() -> None:
    assert unseal(SEALED, KEYS[:1]) == (LEASE, TOKEN)
    with pytest.raises(LeaseInvalid):
        unseal(SEALED, KEYS[1:])


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_spoils_it(position: int, change: int) -> None:
    forged = bytearray(SEALED)
    forged[position] ^= change
    with pytest.raises(LeaseInvalid):
        unseal(bytes(forged), KEYS)


@given(st.integers(0, len(SEALED) - 1))
def test_a_part_of_it_is_worth_nothing(length: int) -> None:
    with pytest.raises(LeaseInvalid):
        unseal(SEALED[:length], KEYS)


@given(st.binary(min_size=1, max_size=50))
def test_nothing_can_be_appended(more: bytes) -> None:
    with pytest.raises(LeaseInvalid):
        unseal(SEALED + more, KEYS)


@given(st.binary(max_size=300))
def test_rubbish_is_refused(rubbish: bytes) -> None:
    for token in (rubbish, b"cb1" + rubbish):
        with pytest.raises(LeaseInvalid):
            unseal(token, KEYS)


def test_a_foreign_key_opens_nothing() -> None:
    with pytest.raises(LeaseInvalid, match="not issued here"):
        unseal(SEALED, [b"somebody else's"])
