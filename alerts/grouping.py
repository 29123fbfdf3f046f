"""Groups messages of an alert: the first at once, then at most one update per time, then "recovered".

Everything is decided from what is known of the group and of the messages before it, so whoever decides next decides
the same, whatever was restarted in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: No fingerprint gets more messages than this in a minute, on one channel, however it flaps.
MOST_PER_MINUTE = 3
_MINUTE = timedelta(minutes=1)


class MessageKind(StrEnum):
    FIRST = "first"
    UPDATE = "update"
    RECOVERED = "recovered"
    #: Somebody pressed the test button.
    TEST = "test"
    DIGEST = "digest"


@dataclass(frozen=True)
class Told:
    """A message that one channel got (or is about to) about this fingerprint."""

    kind: MessageKind
    at: datetime
    #: The count that it told.
    count: int
    #: It is about this group, not an earlier one of the same fingerprint.
    ours: bool = True


@dataclass(frozen=True)
class Group:
    """What is known of the alert."""

    firing: bool
    count: int
    #: Nothing follows when it is over.
    happening: bool = False


@dataclass(frozen=True)
class Policy:
    update_every: timedelta
    #: Muted by a person, or quiet hours that this severity does not pass.
    silent: bool = False


def message_due(group: Group, told: Sequence[Told], policy: Policy, now: datetime) -> MessageKind | None:
    """The message that one channel is to get now. What cannot be sent now is due again at the next look."""
    ours = [each for each in told if each.ours]
    wanted = _wanted(group, ours, policy, now)
    if wanted is None or policy.silent:
        return None
    recent = sum(each.at > now - _MINUTE for each in told)
    return wanted if recent < MOST_PER_MINUTE else None


def is_settled(group: Group, told: Sequence[Told]) -> bool:
    """Nothing is left to tell this channel about a group that is over."""
    ours = [each for each in told if each.ours]
    if group.firing or not ours:
        return not group.firing
    return ours[-1].count >= group.count if group.happening else ours[-1].kind is MessageKind.RECOVERED


def _wanted(group: Group, ours: Sequence[Told], policy: Policy, now: datetime) -> MessageKind | None:
    if not group.firing:
        # What happened and is over has no "recovered", but a last count.
        last_word = MessageKind.UPDATE if group.happening else MessageKind.RECOVERED
        return None if is_settled(group, ours) else last_word
    if not ours:
        return MessageKind.FIRST
    last = ours[-1]
    worse = group.count > last.count
    return MessageKind.UPDATE if worse and now - last.at >= policy.update_every else None
