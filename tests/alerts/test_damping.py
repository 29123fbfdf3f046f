"""What comes and goes costs a channel a handful of messages, however it does; what is well in the end is told so."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts import damping
from contracts.alerts.facts import Course

START = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(seconds=10)
HOUR = timedelta(hours=1)


class Alert:
    """One fingerprint, looked after as core does it: opened anew within the hour, it knows how often it came before."""

    def __init__(self) -> None:
        self.now = START
        self.course: Course | None = None
        self.over_at: datetime | None = None
        self.returns = 0
        self.begun: list[datetime] = []

    def look(self, *, bad: bool) -> None:
        self.now += STEP
        if bad and self.course is None:
            is_again = self.over_at is not None and self.now - self.over_at < HOUR
            self.course = Course(self.returns + 1 if is_again else 0)
            self.begun.append(self.now)
        elif bad and self.course:
            self.course = damping.seen(self.course)
        elif self.course:
            self.returns = self.course.returns
            self.course = damping.well(self.course, self.now)
            self.over_at = self.now if self.course is None else None


@given(times=st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200)), min_size=1, max_size=60))
def test_however_it_flaps_it_begins_few_times_an_hour(times: list[tuple[int, int]]) -> None:
    alert = Alert()
    for bad, well in times:
        for _ in range(bad):
            alert.look(bad=True)
        for _ in range(well):
            alert.look(bad=False)
    for at in alert.begun:
        assert sum(at <= other < at + HOUR for other in alert.begun) <= 5
    for _ in range(200):
        alert.look(bad=False)
    assert alert.course is None


def test_the_first_time_is_over_at_once_and_an_hour_later_it_is_the_first_time_again() -> None:
    alert = Alert()
    for _ in range(3):
        alert.look(bad=True)
        assert alert.course == Course()
        alert.look(bad=False)
        assert alert.course is None
        alert.now += HOUR


def test_what_is_back_soon_has_to_stay_well() -> None:
    alert = Alert()
    for bad in (True, False, True, False):
        alert.look(bad=bad)
    assert alert.course == Course(1, alert.now)
    alert.now += timedelta(minutes=2)
    alert.look(bad=False)
    assert alert.course is None
