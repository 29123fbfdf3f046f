"""`clawdbot alerts`: what a word names."""

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade


@pytest.mark.parametrize("group", ["alerts", "notifications"])
@pytest.mark.parametrize(
    ("what", "path"),
    [("17", "/notifications/17/mute"), ("worker-offline", "/alerts/rules/worker-offline/mute")],
)
def test_a_number_is_what_happened_and_a_name_is_a_rule(
    clawdbot: Shell, facade: Facade, group: str, what: str, path: str
) -> None:
    ran = clawdbot(group, "mute", what, "--for", "2h")
    assert ran.code == 5
    assert [(each.path, each.body) for each in facade.asked] == [(path, {"seconds": 7_200})]
