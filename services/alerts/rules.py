"""Use cases of alerts: rules as they are shown, and messages to try a rule or a channel out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.due_messages import channels_of
from contracts.alerts.rules import Rule, RuleBody, Severity, stored_rule, unknown_channels
from contracts.alerts.views import RulesView, RuleView, TestView
from db.alerts.groups import deliver
from db.alerts.notifications import tell
from db.alerts.rules import get_rule, list_rules
from services.errors import BadInput, DomainError
from services.reading import read, read_each


class RuleNotFound(DomainError):
    """There is no such alert rule."""

    status = 404
    see = "GET /api/v1/alerts/rules"


class ChannelNotFound(DomainError):
    """There is no such channel. CLAWDBOT_CHANNELS of core and api names them."""

    status = 404
    see = "GET /api/v1/channels"


class NotificationNotFound(DomainError):
    """There is no such notification."""

    status = 404
    see = "GET /api/v1/notifications"


class RuleIsShipped(DomainError):
    """This rule is shipped or comes from the rules file. Switch it off instead: PUT it with 'enabled': false."""

    status = 409


async def rule_views(connection: AsyncConnection) -> RulesView:
    rules, unreadable = read_each(_view, await list_rules(connection))
    return RulesView(rules=rules, unreadable=unreadable)


async def rule_view(connection: AsyncConnection, name: str) -> RuleView:
    """The rule, locked until the transaction ends.

    Raises:
        RuleNotFound: there is none of this name.
        CannotBeRead: it was written by another version.
    """
    return read(_view, await must_be_there(connection, name))


async def must_be_there(connection: AsyncConnection, name: str) -> RowMapping:
    """The row, locked until the transaction ends; also of a rule that cannot be read. Raises RuleNotFound."""
    row = await get_rule(connection, name)
    if row is None:
        raise RuleNotFound
    return row


def checked_rule(name: str, body: RuleBody, channels: Iterable[str]) -> Rule:
    """The rule with its name.

    Raises:
        BadInput: the name cannot be one, or a channel is unknown.
    """
    known = sorted(channels)
    unknown = unknown_channels(body, known)
    if unknown:
        named = ", ".join(known) or "none; set CLAWDBOT_CHANNELS"
        sentence = f"There is no channel '{unknown[0]}'. Channels: {named}."
        raise BadInput(sentence, [("channels", sentence)])
    try:
        return Rule.model_validate({**body.model_dump(exclude_unset=True), "name": name})
    except ValidationError as error:
        sentence = "A rule's name begins with a small letter and has only a-z, 0-9, - and _ in it; 64 at most."
        raise BadInput(sentence, [("name", sentence)]) from error


async def try_rule(connection: AsyncConnection, rule: Rule, channels: Mapping[str, Any], by: str) -> TestView:
    """Send what a message of this rule looks like to its channels, muted or not."""
    text = f"A test of the rule {rule.name} ({rule.kind}), asked for by {by}. Nothing is wrong."
    return await _test(connection, rule.name, rule.severity, text, channels_of(rule, channels))


async def try_channel(connection: AsyncConnection, channel: str, by: str) -> TestView:
    """Send a message to one channel."""
    text = f"A test of the channel {channel}, asked for by {by}. Nothing is wrong."
    return await _test(connection, "test", Severity.INFO, text, [channel])


async def _test(
    connection: AsyncConnection, rule: str, severity: Severity, text: str, channels: Sequence[str]
) -> TestView:
    title = "🔔 ClawdBot: this is a test"
    id_ = await tell(
        connection, rule=rule, kind="test", fingerprint=f"test:{uuid4()}", severity=severity, title=title, body=text
    )
    if id_ is None:
        raise AssertionError("a new fingerprint is new")
    message = {"notification_id": id_, "task_id": None, "kind": "test", "severity": severity.value, "count": 1}
    await deliver(connection, [{**message, "channel": each, "title": title, "message": text} for each in channels])
    return TestView(notification_id=id_, channels=list(channels))


def _view(row: RowMapping) -> RuleView:
    rule = stored_rule(row["name"], row["body"])
    others = ("origin", "changed_by", "changed_at", "muted_until", "muted_by")
    return RuleView(rule=rule, **{name: row[name] for name in others})
