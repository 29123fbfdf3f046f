"""What is learnt from the headers that tell an allowance, and that prawcore does not get to see Reddit's."""

import pytest
from requests import Response

from activities.sources.allowance import Allowance
from activities.sources.reddit.http import note
from contracts.errors import RateLimited


def reply(remaining: str, reset: str) -> Response:
    response = Response()
    response.headers.update({"x-ratelimit-used": "1", "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset})
    return response


@pytest.mark.parametrize("remaining", ["996.0", "50.0", "many"])
def test_plenty_left_means_no_wait(remaining: str) -> None:
    allowance = Allowance("Reddit")

    note(allowance, reply(remaining, "600"))

    allowance.check()


@pytest.mark.parametrize(("remaining", "wait"), [("40.0", 10), ("4.0", 100), ("0.0", 400)])
def test_little_left_is_spread_over_the_rest_of_the_window(remaining: str, wait: float) -> None:
    allowance = Allowance("Reddit")

    note(allowance, reply(remaining, "400"))

    with pytest.raises(RateLimited) as caught:
        allowance.check()
    assert caught.value.retry_after == pytest.approx(wait, abs=2)


def test_prawcore_finds_nothing_to_sleep_on() -> None:
    response = reply("0.0", "600")

    note(Allowance("Reddit"), response)

    assert not response.headers
