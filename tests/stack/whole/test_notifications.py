"""Alerts on the real stack, with real receivers: storms are grouped, workers come and go, and nothing sent is lost."""

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.receivers import Mailbox, Receiver, running_mailbox, running_receiver
from tests.stack.commands import clawdbot
from tests.stack.harness import Api, RunningStack, eventually
from tests.support import warm
from tests.support.light import Light

SECRET = "s3cret-of-the-channel"
SECONDS = 60
#: Paths at the receiver.
TOKEN = "xkgpm6w8tbrbz8bt3dbsoh4k3o"
HOOK, CHAT, BROKEN, SLOW = "/hook", f"/hooks/{TOKEN}", "/broken", "/slow"


@dataclass
class World:
    """A stack of its own, told where notifications go."""

    stack: RunningStack
    receiver: Receiver
    mailbox: Mailbox

    @property
    def api(self) -> Api:
        return self.stack.api

    def rule(self, name: str, **body: Any) -> None:
        reply = self.api.http.put(f"/alerts/rules/{name}", json=body)
        assert reply.status_code == 200, reply.text

    def off(self, *names: str) -> None:
        for each in self.api.http.get("/alerts/rules").json()["rules"]:
            rule = each["rule"]
            if not names or rule["name"] in names:
                self.rule(rule["name"], kind=rule["kind"], enabled=False)

    def hooked(self, text: str) -> list[str]:
        """Titles that came to the webhook and have this text in them."""
        return [body["title"] for body in self.receiver.at(HOOK) if text in body["title"]]

    def notification(self, rule: str) -> dict[str, Any]:
        found = self.api.http.get("/notifications", params={"rule": rule}).json()["notifications"]
        return dict(found[0]) if found else {}

    def deliveries(self, id_: int) -> list[dict[str, Any]]:
        return list(self.api.http.get(f"/notifications/{id_}/deliveries").json()["deliveries"])


@pytest.fixture(scope="module")
def world(light: Light) -> Iterator[World]:
    with running_receiver() as receiver, running_mailbox() as mailbox:
        channels = f"""{{
            hook: 'json://user:{SECRET}@{receiver.address}{HOOK}',
            chat: 'mmost://{receiver.address}/{TOKEN}',
            mail: 'mailto://127.0.0.1:{mailbox.port}?from=bot@example.com&to=ops@example.com&mode=insecure',
            broken: 'json://user:{SECRET}@{receiver.address}{BROKEN}',
            slow: 'json://{receiver.address}{SLOW}?rto=80',
        }}"""
        environment = {"CLAWDBOT_CHANNELS": channels, "CLAWDBOT_ENVIRONMENT": "test"}
        with light(environment) as stack:
            stack.wait_until_ready()
            eventually(lambda: len(stack.api.http.get("/alerts/rules").json()["rules"]) > 5, SECONDS, "rules are there")
            world = World(stack, receiver, mailbox)
            world.off()
            yield world


@pytest.fixture(autouse=True)
def only_its_own_rules(world: World) -> Iterator[None]:
    yield
    world.off()


def test_a_test_message_reaches_every_kind_of_channel(world: World) -> None:
    world.rule("trial", kind="drift", channels=["hook", "chat", "mail"])
    started = world.api.http.post("/alerts/rules/trial/test")
    assert started.status_code == 202
    assert started.json()["channels"] == ["hook", "chat", "mail"]
    id_ = started.json()["notification_id"]
    eventually(lambda: all(each["state"] == "sent" for each in world.deliveries(id_)), SECONDS, "all three are sent")
    [body] = [each for each in world.receiver.at(HOOK) if "rule trial" in each["message"]]
    assert body["title"] == "🔔 ClawdBot: this is a test"
    assert any("rule trial" in str(each) for each in world.receiver.at(CHAT))
    assert [mail["Subject"] for mail in world.mailbox.mails] == ["🔔 ClawdBot: this is a test"]


@pytest.mark.timeout(400)
def test_a_storm_of_failures_is_three_messages_at_most(world: World) -> None:
    # A busy machine pauses for seconds in the middle of a storm: the window must be longer.
    world.rule("storm", kind="task_failed", window_seconds=30, channels=["hook", "chat"], task_types=["flaky"])
    with world.stack.worker("flaky", concurrency=20):
        ids = world.api.submit_many(500, "flaky", {"failures": 5, "retryable": False})
        # With one question: everything about each of them would cost more than the storm.
        failed = "SELECT count(*) AS n FROM tasks WHERE id = ANY(%s::uuid[]) AND status = 'failed'"
        eventually(lambda: world.stack.rows(failed, ids)[0]["n"] == len(ids), 100, "all have failed")
    eventually(lambda: world.notification("storm")["count"] == 500, SECONDS, "all are counted")
    # Nothing else ends it: as if somebody had deleted them one by one.
    world.stack.execute("UPDATE tasks SET deleted_at = now() WHERE type = 'flaky'")
    eventually(lambda: world.hooked("nothing is failed"), SECONDS, "the recovery is told")
    titles = world.hooked("flaky")
    assert 2 <= len(titles) <= 3
    assert titles[0].startswith("❌")
    assert titles[-1].startswith("✅ flaky: nothing is failed with FlakyFailure any more")
    assert titles[-1].endswith("it failed 500 times in all")
    told = world.notification("storm")
    assert (told["state"], told["count"]) == ("recovered", 500)
    for channel in ("hook", "chat"):
        mine = [each for each in world.deliveries(told["id"]) if each["channel"] == channel]
        assert 2 <= len(mine) <= 3
        assert mine[0]["kind"] == "first"
        assert mine[-1]["kind"] == "recovered"
        eventually(lambda: world.deliveries(told["id"])[-1]["state"] == "sent", SECONDS, "all are sent")


@pytest.mark.timeout(400)
def test_a_killed_worker_is_told_offline_within_a_minute_and_online_when_it_is_back(world: World) -> None:
    world.rule("gone", kind="worker_offline", for_seconds=0, channels=["hook"], update_seconds=60)
    worker = world.stack.start_worker(["echo"])
    worker.kill()
    offline = f'"{worker.name}" went offline'
    eventually(lambda: world.hooked(offline), 60, "it is told to be offline within a minute")
    again = relaunched(world, worker.key, worker.log.parent)
    try:
        eventually(lambda: world.hooked(f'"{worker.name}" is online again'), 60, "it is told to be back")
        assert len(world.hooked(offline)) == 1
    finally:
        again.kill()
        again.wait(10)
        worker.process.wait(10)


def relaunched(world: World, key: str, directory: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CLAWDBOT_API_URL": world.stack.api_url, "CLAWDBOT_API_KEY": key}
    with (directory / "again.log").open("wb") as file:
        command = [sys.executable, "-m", "cli", "start", "--capabilities", "echo"]
        return warm.start(command, env=environment, stdout=file, stderr=file)


def test_twelve_pending_and_nobody_online_is_stalled(world: World) -> None:
    world.rule("stalled", kind="queue_stalled", for_seconds=1, threshold=12, channels=["hook"])
    ids = world.api.submit_many(12, "delay", {"seconds": 0.01})
    eventually(lambda: world.hooked("12 tasks pending, 0 workers online (delay)"), SECONDS, "it is told to be stalled")
    with world.stack.worker("delay"):
        world.api.wait_for_all(ids)
        eventually(lambda: world.hooked("delay are no longer stalled"), SECONDS, "it is told to be over")
    assert len(world.hooked("12 tasks pending, 0 workers online (delay)")) == 1


def test_a_dead_channel_holds_up_no_other_and_gets_its_message_later(world: World) -> None:
    refusals: list[tuple[int, dict[str, Any], dict[str, str]]] = [(500, {}, {}), (429, {"retry_after": 1.5}, {})]
    world.receiver.answers[BROKEN] = refusals
    world.rule("trial", kind="drift", channels=["broken", "mail"])
    before = len(world.mailbox.mails)
    id_ = world.api.http.post("/alerts/rules/trial/test").json()["notification_id"]
    eventually(lambda: len(world.mailbox.mails) > before, SECONDS, "the mail is there")
    eventually(lambda: all(each["state"] == "sent" for each in world.deliveries(id_)), SECONDS, "both are sent")
    broken, _ = world.deliveries(id_)
    assert [each["error"] for each in broken["tries"]] == [
        "json answered 500 Internal Server Error.",
        "json answered 429 Too Many Requests.",
        None,
    ]
    assert broken["attempts"] == 3
    assert len(world.receiver.at(BROKEN)) == 1


def test_a_channel_that_refuses_for_good_is_given_up(world: World) -> None:
    world.receiver.answers[BROKEN] = [(401, {}, {})]
    id_ = world.api.http.post("/channels/broken/test").json()["notification_id"]
    eventually(lambda: world.deliveries(id_)[0]["state"] == "failed", SECONDS, "it is given up")
    assert world.deliveries(id_)[0]["tries"][-1]["error"].startswith("Given up: json answered 401")


def test_that_it_is_over_is_never_told_before_that_it_began(world: World) -> None:
    gate = world.receiver.gates[SLOW] = threading.Event()
    name = f"slow-{uuid.uuid4().hex[:6]}"
    world.rule(name, kind="queue_stalled", for_seconds=0, threshold=1, channels=["slow", "hook"])
    task = world.api.submit("echo", capability="nobody-offers-slow")
    eventually(lambda: SLOW not in world.receiver.gates, SECONDS, "the first message is on its way")
    world.api.command(task, "cancel")
    eventually(
        lambda: world.hooked("nobody-offers-slow are no longer"), SECONDS, "the other channel knows that it is over"
    )
    gate.set()
    eventually(lambda: "✅" in str(world.receiver.at(SLOW)[-1:]), SECONDS, "it is told to be over")
    assert [body["title"][0] for body in world.receiver.at(SLOW)[-2:]] == ["🔴", "✅"]


def test_core_killed_while_it_sends_loses_nothing(world: World) -> None:
    ids = {}
    for number in range(12):
        world.rule(f"killing-{number}", kind="drift", channels=["hook", "chat"])
        reply = world.api.http.post(f"/alerts/rules/killing-{number}/test")
        ids[number] = reply.json()["notification_id"]
        if number in (3, 8):
            # On a fast machine it may not be back from its first death yet.
            world.stack.wait_until_ready()
            world.stack.kill("core")
    world.stack.wait_until_ready()
    eventually(
        lambda: all(each["state"] == "sent" for id_ in ids.values() for each in world.deliveries(id_)), 120, "all sent"
    )
    for number, id_ in ids.items():
        for path, channel in ((HOOK, "hook"), (CHAT, "chat")):
            came = sum(f"rule killing-{number} " in str(body) for body in world.receiver.at(path))
            [delivery] = [each for each in world.deliveries(id_) if each["channel"] == channel]
            # At least once, and again only if a try was begun whose end core could not note any more.
            assert 1 <= came <= delivery["attempts"]


def test_a_core_that_hangs_is_told_by_the_api_and_core_tells_that_it_is_back(world: World) -> None:
    world.rule("gone", kind="core_gone", for_seconds=6, channels=["hook"], severity="critical")
    with world.stack.suspended("core"):
        eventually(lambda: world.hooked("Core has not looked"), SECONDS, "the API tells it")
    eventually(lambda: world.hooked("Core is back"), SECONDS, "core tells that it is back")
    assert len(world.hooked("Core has not looked")) == 1


def test_muting_silences_the_channels_and_not_the_list(world: World) -> None:
    name = f"muted-{uuid.uuid4().hex[:6]}"
    world.rule(name, kind="queue_stalled", for_seconds=0, threshold=1, channels=["hook"], severity="info")
    assert world.api.http.post(f"/alerts/rules/{name}/mute", json={"seconds": 600}).status_code == 200
    before = len(world.receiver.at(HOOK))
    task = world.api.submit("echo", capability="nobody-offers-this")
    told = eventually(lambda: world.notification(name), SECONDS, "it is in the list")
    assert told["state"] == "firing"
    assert world.deliveries(told["id"]) == []
    assert len(world.receiver.at(HOOK)) == before
    assert world.api.http.delete(f"/alerts/rules/{name}/mute").status_code == 200
    eventually(lambda: world.deliveries(told["id"]), SECONDS, "what still lasts is told once it is not muted")
    world.api.command(task, "cancel")
    page = world.api.http.get("/notifications", params={"unread": True, "rule": name}).json()
    assert [each["id"] for each in page["notifications"]] == [told["id"]]
    assert world.api.http.post("/notifications/read", json={"ids": [told["id"]]}).status_code == 204
    assert world.notification(name)["read_at"] is not None


def test_a_digest_comes_by_its_schedule_and_only_once(world: World) -> None:
    world.stack.temporal_side.trigger_schedule("digest-daily")
    told = eventually(lambda: world.notification("digest"), SECONDS, "the digest is written")
    eventually(lambda: world.hooked("📊 Daily:"), SECONDS, "it is sent")
    assert told["data"]["period"] == "daily"
    preview = world.api.http.get("/digests/preview", params={"period": "weekly"}).json()
    assert preview["title"].startswith("📊 Weekly:")
    eventually(
        lambda: all(each["state"] in ("sent", "failed") for each in world.deliveries(told["id"])), SECONDS, "all sent"
    )


def test_a_digest_that_is_started_twice_for_one_time_is_written_once(world: World) -> None:
    order = '{"period": "weekly", "until": "2026-01-05T08:20:00Z"}'
    for _ in range(2):
        world.stack.temporal_side.execute("Digest", "core:notify", order)
    [told] = world.stack.rows("SELECT data FROM notifications WHERE fingerprint LIKE 'digest:weekly:2026-01-05%%'")
    assert (told["data"]["since"], told["data"]["until"]) == ("2025-12-29T08:00:00Z", "2026-01-05T08:00:00Z")


@pytest.mark.timeout(400)
def test_the_command_line(world: World, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules: {typed: {kind: drift, channels: [hook]}}")
    for words, said in (
        (("alerts", "check", str(file)), "rules.yaml is fine: typed."),
        (("alerts", "apply", str(file)), "Written: typed."),
        (("alerts", "rules"), "typed"),
        (("alerts", "channels"), "hook"),
        (("alerts", "mute", "typed", "--for", "1h"), "typed is muted until"),
        (("alerts", "unmute", "typed"), "typed is not muted."),
        (("alerts", "test", "--rule", "typed"), "sent"),
        (("alerts", "list"), "this is a test"),
        (("alerts", "delete", "typed"), "typed is deleted."),
        (("alerts", "digest", "weekly"), "📊 Weekly:"),
    ):
        done = clawdbot(world.stack, *words)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
    file.write_text("rules: {typed: {kind: nonesuch}}")
    refused = clawdbot(world.stack, "alerts", "apply", str(file))
    assert refused.returncode == 2
    assert "Rule 'typed': kind: must be one of" in refused.stderr


def test_no_address_of_a_channel_leaves_the_settings(world: World) -> None:
    listed = world.api.http.get("/channels").json()["channels"]
    assert {each["name"]: each["service"] for each in listed} == {
        "hook": "json", "chat": "mmost", "mail": "mailto", "broken": "json", "slow": "json",
    }  # fmt: skip
    assert SECRET not in str(listed)
    for part in ("core", "api", "gateway", "temporal", "postgres"):
        assert SECRET not in world.stack.log(part)
    for query in (
        "SELECT * FROM notifications", "SELECT * FROM task_notifications", "SELECT * FROM alert_rules",
        "SELECT * FROM audit_log",
    ):  # fmt: skip
        assert SECRET not in str(world.stack.rows(query))
    for workflow in world.stack.rows("SELECT id FROM task_notifications ORDER BY id LIMIT 5"):
        id_ = f"notify-{workflow['id']}"
        history = world.stack.temporal_side.history(id_).SerializeToString()
        assert SECRET.encode() not in history
        assert b"ClawdBot: this is a test" not in history


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "nonesuch"}, "kind"),
        (
            {"kind": "drift", "channels": ["nonesuch"]},
            "There is no channel 'nonesuch'. Channels: broken, chat, hook",
        ),
        ({"kind": "drift", "window_seconds": 60}, "window_seconds means nothing to drift"),
        ({"kind": "failure_rate", "threshold": 101}, "100 at most"),
        ({"kind": "drift", "quiet": "at night"}, "must be like 22:00-07:00 Europe/Berlin"),
        ({"kind": "drift", "quiet": "22:00-07:00 Mars/Olympus"}, "no time zone"),
        ({"kind": "drift", "update_seconds": 1}, "60"),
    ],
)
def test_a_bad_rule_changes_nothing(world: World, body: dict[str, Any], said: str) -> None:
    reply = world.api.http.put("/alerts/rules/bad", json=body)
    assert reply.status_code == 422
    assert said in reply.json()["detail"]
    assert world.api.http.get("/alerts/rules/bad").status_code == 404
