"""Real apprise against local servers: what arrives, and what is said when nothing does."""

import html
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack

from services.alerts.channels.apprise_sender import AppriseSender
from services.alerts.channels.sender import Message, SendFailed
from tests.receivers import Mailbox, Receiver, running_mailbox, running_receiver

MESSAGE = Message("❌ echo failed — <b>boom</b>", "Error: @everyone\nNewest task: 7", "critical", "first")
SECRET = "s3cretpassw0rd"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mailbox() as running:
        yield running


async def test_webhook(receiver: Receiver) -> None:
    await AppriseSender().send(f"json://user:{SECRET}@{receiver.address}/hook", MESSAGE)
    [body] = receiver.at("/hook")
    assert (body["title"], body["message"], body["type"]) == (MESSAGE.title, MESSAGE.body, "failure")


async def test_mail(mailbox: Mailbox) -> None:
    url = f"mailto://127.0.0.1:{mailbox.port}?from=clawdbot@example.com&to=ops@example.com&mode=insecure"
    await AppriseSender().send(url, MESSAGE)
    [mail] = mailbox.mails
    assert mail["Subject"] == MESSAGE.title
    assert mail["To"] == "ops@example.com"
    content: Any = mail.get_body(("plain", "html"))
    assert "Newest task: 7" in content.get_content()
    assert "<b>boom" not in content.get_content()


async def test_slack(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    # The address of the service is an attribute of apprise's plugin; all else is as against slack.com.
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{receiver.url}/services")
    await AppriseSender().send("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23ops", MESSAGE)
    [(path, body)] = receiver.got
    assert path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    assert body["channel"] == "#ops"
    [attachment] = body["attachments"]
    assert "echo failed" in attachment["title"] + attachment["text"]
    assert attachment["text"].endswith("Newest task: 7")
    assert "@everyone" not in attachment["text"]


async def test_slack_shows_no_links_under_other_words(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{receiver.url}/services")
    body = "<https://evil.example|click>, [click](https://evil.example), <!here>, <#C1>, a < b"
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23ops"
    await AppriseSender().send(url, replace(MESSAGE, body=body))
    [(_, sent)] = receiver.got
    said = html.unescape(sent["attachments"][0]["text"])
    assert not any(link in said for link in ("<https", "](", "<!here", "<#C1")), said


async def test_discord(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{receiver.url}/api/webhooks")
    token = "JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711o33MyqU344Qpgv7YTpadV_js"
    await AppriseSender().send(f"discord://417429632418316298/{token}", MESSAGE)
    [(path, body)] = receiver.got
    assert path.startswith("/api/webhooks/417429632418316298/")
    assert "Newest task: 7" in str(body)
    assert "@everyone" not in str(body)


async def test_discord_shows_text_as_text(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"{receiver.url}/api/webhooks")
    body = "[click](https://evil.example/a_b_c) **bold** ||spoiler|| `code`\n> quoted\n# large\n_leaning_ snake_case"
    await AppriseSender().send("discord://417429632418316298/JHZ7lQml277CDHmQKMHI8qBe7bk2", replace(MESSAGE, body=body))
    [(_, sent)] = receiver.got
    shown = str(sent).replace("\\\\", "\\")
    for plain in (
        r"\[click\](https://evil.example/a_b_c)",
        r"\*\*bold\*\*",
        r"\|\|spoiler",
        r"\`code\`",
        r"\> quoted",
        r"\# large",
    ):
        assert plain in shown, shown
    assert r"\_leaning\_ snake_case" in shown


async def test_a_service_that_asks_to_wait(receiver: Receiver) -> None:
    receiver.answers["/hook"] = [(429, {"retry_after": 7.5}, {}), (429, {}, {"Retry-After": "3"})]
    for seconds in (7.5, 30.0):
        with pytest.raises(SendFailed) as failure:
            await AppriseSender().send(f"json://user:{SECRET}@{receiver.address}/hook", MESSAGE)
        assert str(failure.value) == "json answered 429 Too Many Requests."
        assert (failure.value.retry_after, failure.value.final) == (seconds, False)


@pytest.mark.parametrize(("status", "final"), [(500, False), (503, False), (401, True), (404, True)])
async def test_a_service_that_refuses(receiver: Receiver, status: int, final: bool) -> None:
    receiver.answers["/hook"] = [(status, {"detail": SECRET}, {})]
    with pytest.raises(SendFailed, match=f"json answered {status}") as failure:
        await AppriseSender().send(f"json://user:{SECRET}@{receiver.address}/hook", MESSAGE)
    assert failure.value.final is final
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize(
    ("url", "final"),
    [
        (f"json://user:{SECRET}@127.0.0.1:1/hook", False),
        (f"mailto://user:{SECRET}@127.0.0.1:1?from=a@example.com&to=b@example.com", False),
        (f"slack://{SECRET}", True),
        (f"nonesuch://{SECRET}", True),
    ],
)
async def test_what_cannot_be_reached_or_used(
    url: str, final: bool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SendFailed) as failure:
        await AppriseSender().send(url, MESSAGE)
    assert failure.value.final is final
    said = str(failure.value) + caplog.text + "".join(capfd.readouterr())
    assert SECRET not in said
