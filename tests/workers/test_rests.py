"""What core looks at again and again rests by how much there was to look at, however busy the machine is."""

import pytest

from workers.core import alerts, metrics


@pytest.mark.parametrize(("tasks", "seconds"), [(0, 10), (100_000, 10), (2_000_000, 100)])
def test_metrics_rest_by_the_tasks_of_the_day(tasks: int, seconds: float) -> None:
    assert metrics.rest_after(tasks) == seconds


@pytest.mark.parametrize(("ends", "seconds"), [(0, 2), (100_000, 5), (10**7, 20)])
def test_alerts_rest_by_the_ends_that_they_went_over(ends: int, seconds: float) -> None:
    assert alerts.rest_after(ends, quiet=False) == seconds


def test_alerts_rest_longer_while_there_are_none() -> None:
    assert alerts.rest_after(0, quiet=True) == 4
