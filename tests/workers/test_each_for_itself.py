"""What cannot be done has its turn after the others, and many failures end a round."""

from workers.core.each_for_itself import EachForItself


class Doing:
    """Notes what was tried; ``bad`` fails."""

    def __init__(self, *bad: int) -> None:
        self.bad = set(bad)
        self.tried: list[int] = []
        self._each = EachForItself[int]("%s cannot be done")

    async def round(self, *keys: int) -> tuple[bool, list[int]]:
        self.tried = []
        return await self._each.do(keys, self._act), self.tried

    async def _act(self, key: int) -> None:
        self.tried.append(key)
        if key in self.bad:
            raise ValueError(key)


async def test_one_that_fails_holds_up_no_other_and_goes_last_from_then_on() -> None:
    doing = Doing(1)
    assert await doing.round(1, 2, 3) == (False, [1, 2, 3])
    assert await doing.round(1, 4, 5) == (False, [4, 5, 1])
    doing.bad.clear()
    assert await doing.round(1, 6) == (True, [6, 1])
    assert await doing.round(1, 7) == (True, [1, 7])


async def test_many_failures_end_a_round_and_the_next_one_begins_with_the_others() -> None:
    doing = Doing(1, 2, 3, 4)
    assert await doing.round(1, 2, 3, 4, 5) == (False, [1, 2, 3])
    assert await doing.round(1, 2, 3, 4, 5) == (False, [4, 5, 1, 2])
