"""Evaluates the alert rules every two seconds, and writes down the messages that are due.

All it knows is in Postgres, and a look is one transaction under a lock: several cores share the work, and one that
starts goes on where another stopped. Sending is another matter (workers/core/notifier.py).
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from alerts import damping
from alerts.due_messages import Alert, decide
from alerts.grouping import MessageKind, Told
from alerts.rule_evaluation import Signal, broken, others_of, signals_of, unknown_of
from contracts.alerts.channels import Channel
from contracts.alerts.facts import Course, Facts
from contracts.alerts.rules import HAPPENINGS, BadRules, Rule, RuleKind, stored_rule
from db.alerts import groups as alert_groups
from db.alerts.facts import Questions, facts_for
from db.alerts.failing import note_failures, unresolved
from db.alerts.groups import Firing, Look
from db.alerts.rules import list_rules, sync_rules
from runtime.disk import free_bytes
from workers.core.alert_sources import rules_of_file, shipped_rules

logger = logging.getLogger(__name__)

_POLL_SECONDS = 2.0
#: While all is as it was at the last look: also alerts that stay open, which may be for weeks.
_QUIET_SECONDS = 4.0
#: Of ends of tasks so many are gone over in a second, in the long run: counting a storm of a million failures must not
#: fill Postgres. It is no share of the time that a look takes: on a busy machine alerts would come late, too.
_ENDS_PER_SECOND = 20_000
_LONGEST_REST_SECONDS = 20.0
_PRUNE_SECONDS = 3_600.0
_GOODBYE_SECONDS = 2.0

#: By name, with how long it is muted.
Rules = dict[str, tuple[Rule, datetime | None]]


class Alerts:
    """Decides. ``targets``: hours by source that the freshness rules go by; ``disk``: where Postgres keeps its data."""

    def __init__(
        self,
        engine: AsyncEngine,
        channels: Mapping[str, Channel],
        targets: Mapping[str, float],
        file: Path | None,
        disk: Path | None = None,
    ) -> None:
        self._engine = engine
        self._channels = {name: channel.quiet for name, channel in channels.items()}
        self._targets = targets
        self._file = file
        self._disk = disk
        self._pruned_at = 0.0
        #: Ends of tasks that the last look went over.
        self._ends = 0
        #: By name, with the text that it was read from: reading all took a fifth of every look.
        self._read: dict[str, tuple[Any, Rule]] = {}
        #: The last look failed as a whole, or a rule or an alert of it did: each is looked at for itself.
        self._careful = False
        #: One of this look could not be looked at.
        self._is_broken = False

    async def run(self) -> None:
        """Look until cancelled."""
        begun = False
        while True:
            quiet = False
            begun = begun or await self._has_begun()
            try:
                quiet = not await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look after the alerts right now: %s", error)
            await asyncio.sleep(rest_after(self._ends, quiet=quiet))

    async def look(self) -> bool:
        """One look at every rule; whether an alert began, changed or ended, or somebody else looks.

        If it fails it is done again, rule by rule: one that cannot be looked at is told, and the others go on. Not so
        from the start, as each would cost two statements more.
        """
        if not self._careful:
            try:
                return await self._look()
            except Exception as error:
                logger.warning("the alert rules are looked at one by one: %s", error)
                self._careful = True
        return await self._look()

    async def _look(self) -> bool:
        async with self._engine.begin() as connection:
            self._is_broken = False
            turn = await alert_groups.begin_look(connection)
            if turn is None:
                self._ends = 0
                return True
            rules = self._rules(await list_rules(connection))
            is_news = await self._observe(connection, rules, turn)
            await self._tell_all(connection, rules, turn.now)
            self._careful = self._is_broken
            if time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
                await alert_groups.prune(connection)
                self._pruned_at = time.monotonic()
        return is_news

    async def _has_begun(self) -> bool:
        """Until it has, the rules from before are looked at."""
        try:
            await self._begin()
        except (SQLAlchemyError, OSError) as error:
            logger.warning("the alert rules that are shipped cannot be written right now: %s", error)
            return False
        return True

    async def _begin(self) -> None:
        try:
            file = await rules_of_file(self._file)
        except BadRules as error:
            # The rules from before go on: they are better than none.
            logger.error("%s\nThe rules stay as they were.", error)
            return
        async with self._engine.begin() as connection:
            await sync_rules(connection, shipped_rules(), file)

    def _rules(self, rows: Sequence[RowMapping]) -> Rules:
        rules: Rules = {}
        for row in rows:
            name, body = row["name"], row["body"]
            try:
                if name not in self._read or self._read[name][0] != body:
                    self._read[name] = body, stored_rule(name, body)
                rules[name] = self._read[name][1], row["muted_until"]
            except ValidationError as error:
                # Written by a newer version.
                logger.warning("the alert rule %s cannot be used: %s", name, error)
        self._read = {name: self._read[name] for name in rules}
        return rules

    async def leave(self) -> None:
        """Say that this core stops because somebody wants it to: that it is silent then is no alarm."""
        try:
            async with asyncio.timeout(_GOODBYE_SECONDS), self._engine.begin() as connection:
                await alert_groups.say_goodbye(connection)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            logger.warning("cannot say that core stops: %s", error)

    async def _observe(self, connection: AsyncConnection, rules: Rules, turn: Look) -> bool:
        open_ = await alert_groups.firing(connection)
        enabled = {name: rule for name, (rule, _) in rules.items() if rule.enabled}
        gone = sorted({each.rule for each in open_} - enabled.keys())
        await alert_groups.end_quietly(connection, gone)
        seen, lasting = await self._look_at_all(connection, enabled, open_, turn)
        still = [each for each in open_ if each.rule in enabled]
        # Of one that stays as it is nothing is written, and nothing asked: alerts are open for weeks.
        changed = alert_groups.changed(still, seen)
        if due := [*changed, *alert_groups.not_seen_lately(still, seen)]:
            await alert_groups.note_seen(connection, due)
            still = [each for each in await alert_groups.firing(connection) if each.rule in enabled]
        lasting |= {each["fingerprint"] for each in seen} - _about_failures(enabled, seen)
        lasting |= await _failures_that_last(
            connection, [enabled[name] for name in {each.rule for each in still}], turn
        )
        courses = {each.fingerprint: _course(each, enabled[each.rule], lasting, turn.now) for each in still}
        known = {each.fingerprint: each.course for each in still}
        going_on = {name: course for name, course in courses.items() if course and course != known[name]}
        over = sorted(name for name, course in courses.items() if course is None)
        await alert_groups.note_courses(connection, going_on)
        await alert_groups.end(connection, over)
        return bool(gone or changed or going_on or over)

    async def _look_at_all(
        self, connection: AsyncConnection, rules: Mapping[str, Rule], open_: Sequence[Firing], turn: Look
    ) -> tuple[list[dict[str, Any]], set[str]]:
        """(what is seen, as rows; fingerprints of open alerts of which nothing is known, so they last)."""
        seen: list[dict[str, Any]] = []
        unknown: set[str] = set()
        self._ends = 0
        questions = Questions(turn.looked, self._targets)
        disk_free = await asyncio.to_thread(free_bytes, self._disk)
        for name, rule in rules.items():
            mine = {each.fingerprint: each.is_recent for each in open_ if each.rule == name}
            try:
                async with self._apart(connection):
                    facts = await facts_for(connection, rule, questions)
                    facts = replace(facts, awake_since=turn.awake_since, disk_free=disk_free)
                    self._ends += _ends_of(facts)
                    signals = signals_of(rule, facts, turn.now, mine)
                    lasting = unknown_of(rule, facts, {each for each, is_recent in mine.items() if is_recent})
            except Exception as error:
                if not self._careful:
                    raise
                logger.warning("the alert rule %s cannot be looked at: %s", name, error)
                signals, self._is_broken = [broken(rule, error)], True
                lasting = {*mine, signals[0].fingerprint}
            seen += [_row(rule, each) for each in signals]
            unknown |= lasting
        return seen, unknown

    @asynccontextmanager
    async def _apart(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """What fails in here leaves the transaction as it was, where rules are looked at one by one."""
        if self._careful:
            async with connection.begin_nested():
                yield
        else:
            yield

    async def _tell_all(self, connection: AsyncConnection, rules: Rules, now: datetime) -> None:
        alerts = [Alert(**row) for row in await alert_groups.unsettled(connection)]
        if not self._careful:
            await self._tell(connection, rules, now, alerts)
            return
        for alert in alerts:
            try:
                async with self._apart(connection):
                    await self._tell(connection, rules, now, [alert])
            except Exception as error:
                self._is_broken = True
                logger.warning("the alert %d of rule %s cannot be told: %s", alert.id, alert.rule, error)

    async def _tell(self, connection: AsyncConnection, rules: Rules, now: datetime, alerts: Sequence[Alert]) -> None:
        if not alerts:
            return
        told = _history(await alert_groups.told(connection, [each.fingerprint for each in alerts]))
        decision = decide(alerts, rules, self._channels, told, now)
        await alert_groups.deliver(connection, decision.messages)
        if decision.settled:
            await alert_groups.settle(connection, decision.settled)


def rest_after(ends: int, *, quiet: bool) -> float:
    """Seconds until the next look, after one that went over so many ends of tasks."""
    rest = _QUIET_SECONDS if quiet else _POLL_SECONDS
    return min(max(rest, ends / _ENDS_PER_SECOND), _LONGEST_REST_SECONDS)


def _ends_of(facts: Facts) -> int:
    return sum(each.tasks for each in facts.ended) + sum(each.succeeded + each.failed for each in facts.rates)


async def _failures_that_last(connection: AsyncConnection, rules: Collection[Rule], turn: Look) -> set[str]:
    """Fingerprints of the open alerts of these rules which failures keep open."""
    about = [rule for rule in rules if rule.kind is RuleKind.TASK_FAILED]
    for rule in about:
        await note_failures(connection, rule.name, rule.window_seconds, turn.looked)
    return await unresolved(connection, turn.looked) if about else set()


def _about_failures(rules: Mapping[str, Rule], seen: Sequence[Mapping[str, Any]]) -> set[str]:
    """Of what is seen, what lasts by what is remembered of it, and not by having failed a moment ago."""
    return {
        each["fingerprint"]
        for each in seen
        if rules[each["rule"]].kind is RuleKind.TASK_FAILED and each["fingerprint"] != others_of(rules[each["rule"]])
    }


def _course(alert: Firing, rule: Rule, lasting: Collection[str], now: datetime) -> Course | None:
    """None: it is over."""
    if alert.fingerprint in lasting:
        return damping.seen(alert.course)
    return None if rule.kind in HAPPENINGS else damping.well(alert.course, now)


def _row(rule: Rule, signal: Signal) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "kind": rule.kind.value,
        "severity": rule.severity.value,
        "fingerprint": signal.fingerprint,
        "title": signal.title,
        "body": signal.body,
        "recovered": signal.recovered,
        "task_id": signal.task_id,
        "count": min(signal.count, 2**31 - 1),
        "damped": rule.kind not in HAPPENINGS,
    }


def _history(rows: Sequence[RowMapping]) -> dict[tuple[str, str], list[tuple[int, Told]]]:
    found: dict[tuple[str, str], list[tuple[int, Told]]] = defaultdict(list)
    for row in rows:
        told = Told(MessageKind(row["kind"]), row["at"], row["count"])
        found[row["fingerprint"], row["channel"]].append((row["notification_id"], told))
    return found
