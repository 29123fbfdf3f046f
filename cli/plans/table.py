"""Plans and their steps as people see them in a terminal."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.text import Text

from cli.listing import listing
from cli.output import say, screen
from cli.text import ago, one_line, span
from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.plans.views import PlanDetailView, PlanView, ReviewView, StepView

_STYLES = {
    StepStatus.SUCCEEDED: "green", StepStatus.RUNNING: "cyan", StepStatus.REVIEW: "magenta",
    StepStatus.FAILED: "bold red", StepStatus.CANCELLED: "dim", StepStatus.SKIPPED: "dim", StepStatus.PENDING: "yellow",
}  # fmt: skip
#: Of a session, which stands among the steps: what its status means.
_OF_A_SESSION = {
    StepStatus.BLOCKED: "a session, opened with the first step that runs in it", StepStatus.RUNNING: "a session",
    StepStatus.SUCCEEDED: "a session, closed",
}  # fmt: skip
COLUMNS = ("PLAN", "NAME", "STATUS", "STEPS", "BY", "CREATED")
_ORDER = (
    StepStatus.SUCCEEDED, StepStatus.RUNNING, StepStatus.REVIEW, StepStatus.PENDING, StepStatus.BLOCKED,
    StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED,
)  # fmt: skip


def status_text(status: StepStatus | PlanStatus) -> Text:
    return Text(status.value, style=_STYLES.get(StepStatus(status.value), ""))


def plan_rows(plans: Sequence[PlanView]) -> Iterator[list[Text | str]]:
    for plan in plans:
        yield [
            str(plan.id)[:8], one_line(plan.name, 40), status_text(plan.status), f"{plan.done}/{plan.steps}",
            one_line(plan.created_by, 30), ago(plan.created_at),
        ]  # fmt: skip


def progress_line(plan: PlanDetailView) -> str:
    """The whole plan in one line."""
    counts = [f"{plan.counts[status]} {status}" for status in _ORDER if plan.counts.get(status)]
    cost = f" · ${plan.cost_usd:.4f}" if plan.cost_usd else ""
    return f"{one_line(plan.name, 40)} {plan.status}: {plan.done}/{plan.steps} steps · {', '.join(counts)}{cost}"


def show_plan(plan: PlanDetailView, steps: Sequence[StepView]) -> None:
    """A plan with all of its steps."""
    say(progress_line(plan))
    if plan.failure:
        say(Text(one_line(plan.failure.get("message", ""), 500), style="red"))
    if plan.expected_end:
        left = (plan.expected_end - plan.updated_at).total_seconds()
        say(f"about {span(max(left, 1))} to go, by {' → '.join(plan.critical_path[:10]) or 'what runs'}")
    table = listing("STEP", "TYPE", "STATUS", "TASKS", "WHY", wraps=["WHY"], spare=["TASKS", "TYPE"])
    for step in steps:
        table.add_row(step.id, step.task_type, status_text(step.status), _parts(step), _why(step))
    screen().print(table)


def show_reviews(reviews: Sequence[ReviewView]) -> None:
    """Each with what it is, and until when a person may say so."""
    table = listing("PLAN", "STEP", "TASK", "TYPE", "LEFT", "RESULT", wraps=["RESULT"], spare=["TYPE"])
    for each in reviews:
        step = each.step if each.item is None else f"{each.step} {each.place}"
        result = one_line(json.dumps(each.result, ensure_ascii=False), 200)
        table.add_row(
            str(each.plan_id)[:8], step, str(each.task_id)[:8], each.task_type, _left(each.review_before), result
        )
    screen().print(table)
    say("clawdbot plans approve PLAN STEP, or reject, or request-changes PLAN STEP TEXT")


def _left(end: datetime | None) -> str:
    return "" if end is None else span(max((end - datetime.now(UTC)).total_seconds(), 0))


def graph_lines(steps: Sequence[StepView]) -> Iterator[Text]:
    """Each step below what it needs, indented by how many lie before it."""
    depth: dict[str, int] = {}
    by_name = {step.id: step for step in steps}
    for step in _ordered(steps):
        depth[step.id] = 1 + max((depth[need] for need in step.needs if need in depth), default=-1)
    for name in sorted(depth, key=lambda each: (depth[each], list(by_name).index(each))):
        step = by_name[name]
        behind = f"  ← {', '.join(step.needs)}" if step.needs else ""
        mark = " (compensates)" if step.compensates else " (a session)" if step.opens_session else ""
        mark += f" (in {step.session})" if step.session else ""
        parts = f" x{step.parts}" if step.parts is not None and step.parts != 1 else ""
        yield Text.assemble("  " * depth[name], name, parts, " ", status_text(step.status), mark, (behind, "dim"))


def _ordered(steps: Sequence[StepView]) -> Iterator[StepView]:
    """Each behind what it needs; steps may stand in any order in the plan."""
    left = {step.id: step for step in steps}
    while left:
        free = [step for step in left.values() if not any(need in left for need in step.needs)] or list(left.values())
        for step in free:
            del left[step.id]
            yield step


def _parts(step: StepView) -> str:
    if step.parts is None:
        return ""
    return f"{step.succeeded}/{step.parts}" if step.parts != 1 else (str(step.task_id)[:8] if step.task_id else "")


def _why(step: StepView) -> str:
    if step.error:
        return one_line(step.error.get("message", ""), 120)
    if step.waiting_because:
        return one_line(step.waiting_because, 200)
    if step.waits_for:
        more = f" and {len(step.waits_for) - 5} more" if len(step.waits_for) > 5 else ""
        return f"waits for {', '.join(step.waits_for[:5])}{more}"
    if step.status is StepStatus.REVIEW:
        left = _left(step.review_before)
        return "waits for a person to look at the result" + (f", {left} left" if left else "")
    if step.opens_session:
        return _OF_A_SESSION.get(step.status, "")
    return "waits for room" if step.status is StepStatus.PENDING else ""
