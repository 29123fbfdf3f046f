"""When core looks at nothing any more, the API says so, over real channels; core says that it is back."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from contracts.alerts.channels import Channel
from services.alerts.channels.outlets import make_outlets
from services.alerts.core_watch import CoreWatch
from tests.http.tasks.alerted import Alerted, alerted
from tests.receivers import Receiver, running_receiver
from tests.support.in_process import InProcess
from tests.support.servers import Servers
from workers.core.alerts import Alerts

HOOK = "/hook"


@dataclass
class Watched:
    world: Alerted
    receiver: Receiver
    now: float = 0.0

    def watch(self) -> CoreWatch:
        """That of an API process that starts now."""
        channels = {"ops": Channel("ops", SecretStr(f"json://{self.receiver.address}{HOOK}"), None)}
        assert isinstance(self.world.stack, InProcess)
        settings = self.world.stack.settings
        return CoreWatch(self.world.engine, channels, lambda: make_outlets(settings, channels), clock=lambda: self.now)

    def passes(self, seconds: float, *watches: CoreWatch) -> None:
        """So much time, in which core does not look, and these do every few seconds."""
        for _ in range(int(seconds / 20)):
            self.now += 20
            self.world.passes(20, watched=False)
            for each in watches:
                self.world.runner.run(each.look())

    def told(self) -> list[tuple[str, str]]:
        return [(body["title"], body["message"]) for body in self.receiver.at(HOOK)]


@pytest.fixture(scope="module")
def world(servers: Servers) -> Iterator[Alerted]:
    with alerted(servers) as world:
        world.rule("core-gone", kind="core_gone", severity="critical", for_seconds=120)
        yield world


@pytest.fixture
def watched(world: Alerted) -> Iterator[Watched]:
    with running_receiver() as receiver:
        world.passes(7_200)
        world.look()
        yield Watched(world, receiver)
        world.look()


def test_core_that_is_gone_is_told_once_and_core_tells_that_it_is_back(watched: Watched) -> None:
    one, other = watched.watch(), watched.watch()
    watched.passes(100, one, other)
    assert watched.told() == []
    watched.passes(60, one, other)
    [(title, body)] = watched.told()
    assert title == "🔴 Core has not looked at anything for 2m"
    assert "See the log of core" in body
    assert watched.world.look() == ["✅ Core is back"]


def test_a_planned_stop_is_no_alarm_unless_nobody_starts_it_again(watched: Watched) -> None:
    core = Alerts(watched.world.engine, {}, {}, None)
    watched.world.runner.run(core.leave())
    watch = watched.watch()
    watched.passes(580, watch)
    assert watched.told() == []
    watched.passes(40, watch)
    [(_, body)] = watched.told()
    assert body.startswith("It was stopped on purpose")


def test_who_starts_with_core_gives_it_the_time(watched: Watched) -> None:
    """As after `clawdbot down` overnight, or a night in which the machine slept."""
    watched.world.passes(30_000, watched=False)
    watch = watched.watch()
    watched.passes(100, watch)
    watched.now += 31
    watched.passes(100, watch)
    assert watched.told() == []


def test_a_channel_that_refuses_is_tried_again(watched: Watched) -> None:
    watched.receiver.answers[HOOK] = [(500, {}, {})]
    watched.passes(160, watched.watch())
    assert [title for title, _ in watched.told()] == ["🔴 Core has not looked at anything for 2m"]
    assert watched.receiver.asked[HOOK] == 2
