"""Keys of callers, and what is remembered of those without a valid key."""

import hashlib

import pytest

from gateway.admission import id_in, key_in
from gateway.unknown_keys import UnknownKeys
from runtime.refused import Reason, Refused


def test_only_the_id_of_a_key_is_told() -> None:
    key = "cwb_live_0123456789_" + "s" * 43
    assert id_in(key) == "0123456789"
    assert key_in({"authorization": f"Bearer {key}"}) == key
    for other in ("", "password", "cwb_live_" + "s" * 54, key + "\n", "cwb_live_<script>_" + "s" * 43):
        assert id_in(other) is None


async def test_a_network_has_so_many_tries_and_others_have_theirs() -> None:
    unknown_keys = UnknownKeys()
    for number in range(20):
        address = f"2001:db8::{number:x}"
        unknown_keys.check(address)
        await unknown_keys.note(hashlib.sha256(address.encode()).digest(), address)
    with pytest.raises(Refused) as refused:
        unknown_keys.check("2001:db8::ffff")
    assert refused.value.reason is Reason.RATE
    unknown_keys.check("2001:db8:0:1::1")
    unknown_keys.check("192.0.2.7")


async def test_what_is_remembered_is_bounded() -> None:
    unknown_keys = UnknownKeys()
    first = hashlib.sha256(b"first").digest()
    await unknown_keys.note(first, "192.0.2.7")
    assert unknown_keys.is_known(first)
    for number in range(10_000):
        await unknown_keys.note(number.to_bytes(32), f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert not unknown_keys.is_known(first)
