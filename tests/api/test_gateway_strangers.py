"""Keys of callers, and what is remembered of those without a valid key."""

import hashlib

import pytest

from gateway.admission import id_in, key_in
from gateway.strangers import Strangers
from runtime.refused import Reason, Refused


def test_only_the_id_of_a_key_is_told() -> None:
    key = "cwb_live_0123456789_" + "s" * 43
    assert id_in(key) == "0123456789"
    assert key_in({"authorization": f"Bearer {key}"}) == key
    for other in ("", "password", "cwb_live_" + "s" * 54, key + "\n", "cwb_live_<script>_" + "s" * 43):
        assert id_in(other) is None


async def test_a_network_has_so_many_tries_and_others_have_theirs() -> None:
    strangers = Strangers()
    for number in range(20):
        address = f"2001:db8::{number:x}"
        strangers.check(address)
        await strangers.note(hashlib.sha256(address.encode()).digest(), address)
    with pytest.raises(Refused) as refused:
        strangers.check("2001:db8::ffff")
    assert refused.value.reason is Reason.RATE
    strangers.check("2001:db8:0:1::1")
    strangers.check("192.0.2.7")


async def test_what_is_remembered_is_bounded() -> None:
    strangers = Strangers()
    first = hashlib.sha256(b"first").digest()
    await strangers.note(first, "192.0.2.7")
    assert strangers.is_known(first)
    for number in range(10_000):
        await strangers.note(number.to_bytes(32), f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert not strangers.is_known(first)
