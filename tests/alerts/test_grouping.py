"""Never more than three messages in a minute whatever comes, the first at once, and "recovered" in the end."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.grouping import MOST_PER_MINUTE, Group, MessageKind, Policy, Told, is_settled, message_due

START = datetime(2026, 3, 2, tzinfo=UTC)
POLICY = Policy(timedelta(minutes=5))
MINUTE = timedelta(minutes=1)


class Channel:
    """A channel that is looked after as core does it, with a clock of its own."""

    def __init__(self, policy: Policy = POLICY, *, happening: bool = False) -> None:
        self.policy = policy
        self.happening = happening
        self.now = START
        self.told: list[Told] = []

    def look(self, *, firing: bool, count: int, policy: Policy | None = None, seconds: float = 2) -> MessageKind | None:
        self.now += timedelta(seconds=seconds)
        group = Group(firing, count, self.happening)
        due = message_due(group, self.told, policy or self.policy, self.now)
        if due:
            self.told.append(Told(due, self.now, count))
        return due

    def next_alert(self) -> None:
        """The same fingerprint begins anew."""
        self.told = [Told(each.kind, each.at, each.count, ours=False) for each in self.told]


#: (seconds until the look, whether it is over, a new alert begins, how much it grows)
_LOOKS = st.lists(
    st.tuples(st.floats(0.1, 90), st.booleans(), st.booleans(), st.integers(0, 500)), min_size=1, max_size=120
)


@given(looks=_LOOKS, update=st.integers(60, 600), happening=st.booleans())
def test_never_more_than_three_in_a_minute(
    looks: list[tuple[float, bool, bool, int]], update: int, happening: bool
) -> None:
    channel, count, over = Channel(Policy(timedelta(seconds=update)), happening=happening), 1, False
    for seconds, ends, begins, growth in looks:
        if over and begins:
            channel.next_alert()
            count, over = 1, False
        count += 0 if over else growth
        over = over or ends
        channel.look(firing=not over, count=count, seconds=seconds)
    times = [each.at for each in channel.told]
    for at in times:
        assert sum(at - MINUTE < other <= at for other in times) <= MOST_PER_MINUTE


@given(looks=_LOOKS)
def test_every_alert_that_was_told_is_told_to_be_over(looks: list[tuple[float, bool, bool, int]]) -> None:
    channel, count = Channel(), 1
    for seconds, _, _, growth in looks:
        count += growth
        channel.look(firing=True, count=count, seconds=seconds)
    assert channel.told[0].kind is MessageKind.FIRST
    for _ in range(3):
        channel.look(firing=False, count=count, seconds=30)
    kinds = [each.kind for each in channel.told]
    assert kinds.count(MessageKind.RECOVERED) == 1
    assert kinds[-1] is MessageKind.RECOVERED
    assert is_settled(Group(False, count), channel.told)


def test_first_at_once_then_coalesced_then_over() -> None:
    channel = Channel()
    assert channel.look(firing=True, count=1) is MessageKind.FIRST
    assert [channel.look(firing=True, count=n) for n in range(2, 150)] == [None] * 148
    assert channel.look(firing=True, count=500, seconds=5) is MessageKind.UPDATE
    assert channel.look(firing=True, count=500, seconds=600) is None
    assert channel.look(firing=False, count=500) is MessageKind.RECOVERED
    assert channel.look(firing=False, count=500) is None


def test_what_flaps_is_told_thrice_and_then_when_there_is_room() -> None:
    channel = Channel()
    assert channel.look(firing=True, count=1) is MessageKind.FIRST
    assert channel.look(firing=False, count=1) is MessageKind.RECOVERED
    channel.next_alert()
    assert channel.look(firing=True, count=1) is MessageKind.FIRST
    assert channel.look(firing=False, count=1) is None
    assert channel.look(firing=False, count=1, seconds=60) is MessageKind.RECOVERED


def test_what_is_muted_is_told_when_it_still_lasts_and_forgotten_when_it_does_not() -> None:
    silent = Policy(POLICY.update_every, silent=True)
    channel = Channel()
    assert channel.look(firing=True, count=1, policy=silent) is None
    assert is_settled(Group(False, 1), channel.told)
    assert channel.look(firing=True, count=9) is MessageKind.FIRST
    assert channel.look(firing=False, count=9, policy=silent) is None
    assert not is_settled(Group(False, 9), channel.told)
    assert channel.look(firing=False, count=9) is MessageKind.RECOVERED


def test_what_happened_has_a_last_count_and_no_recovery() -> None:
    channel = Channel(happening=True)
    assert channel.look(firing=True, count=1) is MessageKind.FIRST
    assert channel.look(firing=True, count=7) is None
    assert channel.look(firing=False, count=7) is MessageKind.UPDATE
    assert channel.look(firing=False, count=7) is None
    assert is_settled(Group(False, 7, happening=True), channel.told)
