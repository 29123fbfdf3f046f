"""Lists the options for each due need: a task of some kind, or nothing now, with the reason."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.choices import Choice, Escalation, PassedOver, neediest, place_of
from agent.collection_tasks import TYPE_OF, estimate, params_of, smaller
from agent.escalations import EVERY_TICKER, Evidence
from agent.failing_sources import Sickness
from agent.failures import Place
from agent.healing import Healing
from agent.need_texts import explain
from agent.needs import Need
from agent.retry_strategies import Remedy
from contracts.agent.policy import ChoiceKind, Policy, Strategy, WhyNot


def options_of(
    due: Sequence[Need], healing: Healing, policy: Policy, now: datetime, in_hand: Collection[Place]
) -> list[Choice | PassedOver]:
    """One for each need, in their order. Whether the budget allows it is not asked here."""
    return _Desk(healing, policy, now, frozenset(in_hand)).look_through(due)


@dataclass(frozen=True)
class _Desk:
    """Where one need after the other is looked at."""

    healing: Healing
    policy: Policy
    now: datetime
    in_hand: frozenset[Place]

    def look_through(self, due: Sequence[Need]) -> list[Choice | PassedOver]:
        probing = self._probing(due)
        return [self._look_at(each, probing) for each in due]

    def _look_at(self, need: Need, probing: Mapping[str, str]) -> Choice | PassedOver:
        return self._obstacle(need) or self._option(need, probing)

    def _obstacle(self, need: Need) -> PassedOver | None:
        place = place_of(need)
        if need.candidate.source not in TYPE_OF or need.candidate.source in self.policy.sources_off:
            return PassedOver(need, WhyNot.OFF, f"The source {place[1]} is switched off.")
        if place in self.in_hand:
            return PassedOver(need, WhyNot.IN_HAND, "There is a task for it that is not over.")
        if need.score < self.policy.minimum_score:
            return PassedOver(need, WhyNot.LOW_SCORE, f"Its score is below {self.policy.minimum_score:g}.")
        return None

    def _option(self, need: Need, probing: Mapping[str, str]) -> Choice | PassedOver:
        sickness = self.healing.sick.get(need.candidate.source)
        remedy = self.healing.remedies.get(place_of(need))
        if sickness is not None:
            return self._of_sick(need, sickness, probing.get(sickness.source))
        if remedy is not None:
            return self._again(need, remedy)
        return _task(ChoiceKind.CRAWL, need, explain(need))

    def _of_sick(self, need: Need, sickness: Sickness, probing: str | None) -> Choice | PassedOver:
        said = f"{sickness.source} is sick since {_time(sickness.since)} ({sickness.error_type})"
        if self.now < sickness.probe_at:
            return PassedOver(need, WhyNot.SICK, f"{said}; the next probe is at {_time(sickness.probe_at)}.")
        if probing != need.candidate.ticker:
            return PassedOver(need, WhyNot.SICK, f"{said}; one other task finds out whether it is well again.")
        return _task(ChoiceKind.PROBE, need, f"{said}; this one finds out whether it is well again.")

    def _again(self, need: Need, remedy: Remedy) -> Choice | PassedOver:
        failed = f"It failed at {_time(remedy.failure.failed_at)} ({remedy.failure.error_type})"
        if self.now < remedy.not_before:
            return PassedOver(need, WhyNot.RESTING, f"{failed}; it is looked at again at {_time(remedy.not_before)}.")
        if remedy.strategy is None:
            return _task(
                ChoiceKind.PROBE, need, f"{failed} and was given up; this one finds out whether it works by now."
            )
        return _retry(need, remedy, remedy.strategy, failed)

    def _probing(self, due: Sequence[Need]) -> dict[str, str]:
        """Who probes each sick source: nobody while a task of it is open; rather one that has not failed itself."""
        busy = {source for _, source in self.in_hand}
        able: defaultdict[str, list[Need]] = defaultdict(list)
        for each in due:
            source = each.candidate.source
            if source in self.healing.sick and source not in busy and self._obstacle(each) is None:
                able[source].append(each)
        first = {source: min(needs, key=self._best_to_probe) for source, needs in able.items()}
        return {source: need.candidate.ticker for source, need in first.items()}

    def _best_to_probe(self, need: Need) -> tuple[bool, tuple[float, str, str]]:
        return place_of(need) in self.healing.remedies, neediest(need)


_SAID = {
    Strategy.SMALLER: "tried again with a smaller range",
    Strategy.OTHER_WORKER: "tried again on another worker",
    Strategy.LATER: "tried again now, some time later",
}


def _retry(need: Need, remedy: Remedy, strategy: Strategy, failed: str) -> Choice:
    choice = _task(ChoiceKind.RETRY, need, f"{failed}; {_SAID[strategy]}.")
    params = smaller(choice.source, choice.params) if strategy is Strategy.SMALLER else choice.params
    avoid = remedy.failure.worker_id if strategy is Strategy.OTHER_WORKER else None
    return replace(choice, params=params, replaces=remedy.failure.task_id, strategy=strategy, avoid_worker_id=avoid)


def _task(kind: ChoiceKind, need: Need, reason: str) -> Choice:
    candidate = need.candidate
    return Choice(
        kind=kind,
        ticker=candidate.ticker,
        source=candidate.source,
        task_type=TYPE_OF[candidate.source],
        reason=reason,
        params=params_of(candidate),
        estimate=estimate(candidate),
        need=need,
    )


def escalation(evidence: Evidence) -> Escalation:
    """The evidence in one sentence."""
    named = ", ".join(evidence.tickers)
    whose = evidence.source if EVERY_TICKER in evidence.tickers else f"{evidence.source} of {named}"
    error = f"{evidence.error_type}: {evidence.message.rstrip('. ')}"
    tried = f"; tried: {', '.join(evidence.tried)}" if evidence.tried else ""
    return Escalation(
        ticker=evidence.tickers[0] if len(evidence.tickers) == 1 else EVERY_TICKER,
        source=evidence.source,
        reason=f"{whose} fails since {_time(evidence.since)} ({error}){tried}.",
        evidence=evidence,
    )


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
