"""Evaluates the alert rules every two seconds, and writes down the messages that are due.

All it knows is in Postgres, and a look is one transaction under a lock: several cores share the work, and one that
starts goes on where another stopped. Sending is another matter (workers/core/notifier.py).
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from alerts.due_messages import Alert, decide
from alerts.grouping import MessageKind, Told
from alerts.rule_evaluation import Signal, signals_of
from contracts.alerts.channels import Channel
from contracts.alerts.rules import BadRules, Rule
from db.alerts import groups as alert_groups
from db.alerts.facts import facts_for
from db.alerts.groups import Look
from db.alerts.rules import list_rules, sync_rules
from workers.core.alert_sources import rules_of_file, shipped_rules

logger = logging.getLogger(__name__)

_POLL_SECONDS = 2.0
#: So many times as long as a look took, at least: counting a storm of a million failures must not fill Postgres.
_REST = 10
_LONGEST_REST_SECONDS = 20.0
_PRUNE_SECONDS = 3_600.0

#: By name, with how long it is muted.
Rules = dict[str, tuple[Rule, datetime | None]]


class Alerts:
    """Decides. ``targets``: hours by source that the freshness rules go by."""

    def __init__(
        self, engine: AsyncEngine, channels: Mapping[str, Channel], targets: Mapping[str, float], file: Path | None
    ) -> None:
        self._engine = engine
        self._channels = {name: channel.quiet for name, channel in channels.items()}
        self._targets = targets
        self._file = file
        self._pruned_at = 0.0
        #: By name, with the text that it was read from: reading all took a fifth of every look.
        self._read: dict[str, tuple[Any, Rule]] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        begun = False
        while True:
            began_at = time.monotonic()
            try:
                if not begun:
                    await self._begin()
                    begun = True
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot look after the alerts right now: %s", error)
            took = time.monotonic() - began_at
            await asyncio.sleep(min(max(_POLL_SECONDS, _REST * took), _LONGEST_REST_SECONDS))

    async def look(self) -> None:
        """One look at every rule."""
        async with self._engine.begin() as connection:
            turn = await alert_groups.begin_look(connection)
            if turn is None:
                return
            rules = self._rules(await list_rules(connection))
            await self._observe(connection, rules, turn)
            await self._tell(connection, rules, turn.now)
            if time.monotonic() - self._pruned_at > _PRUNE_SECONDS:
                await alert_groups.prune(connection)
                self._pruned_at = time.monotonic()

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
                    self._read[name] = body, Rule.model_validate({**body, "name": name})
                rules[name] = self._read[name][1], row["muted_until"]
            except ValidationError as error:
                # Written by a newer version.
                logger.warning("the alert rule %s cannot be used: %s", name, error)
        self._read = {name: self._read[name] for name in rules}
        return rules

    async def _observe(self, connection: AsyncConnection, rules: Rules, turn: Look) -> None:
        open_ = await alert_groups.firing(connection)
        enabled = {name: rule for name, (rule, _) in rules.items() if rule.enabled}
        await alert_groups.end_quietly(connection, sorted(open_.keys() - enabled.keys()))
        seen: list[dict[str, Any]] = []
        for name, rule in enabled.items():
            facts = await facts_for(connection, rule, turn.looked, self._targets)
            seen += [_row(rule, each) for each in signals_of(rule, facts, turn.now, open_.get(name, ()))]
        lasting = {each["fingerprint"] for each in seen}
        await alert_groups.note_seen(connection, seen)
        await alert_groups.end(connection, _others(open_, enabled, lasting))

    async def _tell(self, connection: AsyncConnection, rules: Rules, now: datetime) -> None:
        alerts = [Alert(**row) for row in await alert_groups.unsettled(connection)]
        if not alerts:
            return
        told = _history(await alert_groups.told(connection, [each.fingerprint for each in alerts]))
        decision = decide(alerts, rules, self._channels, told, now)
        await alert_groups.deliver(connection, decision.messages)
        if decision.settled:
            await alert_groups.settle(connection, decision.settled)


def _others(open_: Mapping[str, set[str]], rules: Mapping[str, Rule], lasting: set[str]) -> list[str]:
    """The open alerts of these rules that do not last."""
    return sorted({each for name in rules for each in open_.get(name, ())} - lasting)


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
    }


def _history(rows: Sequence[RowMapping]) -> dict[tuple[str, str], list[tuple[int, Told]]]:
    found: dict[tuple[str, str], list[tuple[int, Told]]] = defaultdict(list)
    for row in rows:
        told = Told(MessageKind(row["kind"]), row["at"], row["count"])
        found[row["fingerprint"], row["channel"]].append((row["notification_id"], told))
    return found
