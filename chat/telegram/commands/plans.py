"""Plans by chat: /plans, /review, /changes, and the buttons that review a result or go on with a plan."""

import json
from datetime import UTC, datetime
from typing import Any

from chat.telegram.buttons import Press
from chat.telegram.command_call import Call, Usage, is_beginning
from chat.telegram.texts import Answer, lines, listing, safe, short_id, span
from contracts.alerts.telegram_buttons import ACCEPT, CHANGE, DECLINE, HALT, REPAIR, button, review_buttons
from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.plans.views import PartPage, PlanDetailView, PlanPage, PlanView, ReviewPage, ReviewView, StepView
from contracts.tasks.views import TaskDetailView

_NEWEST = 6
_LONGEST_RESULT = 600
_MARKS = {
    StepStatus.BLOCKED: "⛓", StepStatus.PENDING: "⏳", StepStatus.RUNNING: "▶️", StepStatus.REVIEW: "👀",
    StepStatus.SUCCEEDED: "✅", StepStatus.FAILED: "❌", StepStatus.SKIPPED: "⏭", StepStatus.CANCELLED: "✖️",
}  # fmt: skip
_REPAIRABLE = frozenset({PlanStatus.FAILED, PlanStatus.CANCELLED})
_VERBS = {ACCEPT: "approve", DECLINE: "reject"}
_SAID = {ACCEPT: "approved; its plan goes on.", DECLINE: "rejected."}
_DONE = {REPAIR: "goes on from where it failed.", HALT: "is being cancelled."}


async def plans(call: Call) -> Answer:
    """/plans: the newest; /plans ID: its steps, and what can be done about it."""
    if call.words:
        return await _one(call, call.words[0].lower())
    newest = PlanPage.model_validate(await call.api.get("/plans", limit=_NEWEST)).plans
    if not newest:
        return Answer("There are no plans yet. `clawdbot plans add` submits one.")
    return Answer(listing("<b>Plans</b>", [_line(each) for each in newest]), [_acts(each, True) for each in newest])


async def review(call: Call) -> Answer:
    """/review: results that wait for somebody to look at them."""
    found = ReviewPage.model_validate(await call.api.get("/plans/reviews", limit=_NEWEST)).reviews
    if not found:
        return Answer("No result waits for a review.")
    rows = [review_buttons(each.task_id, each.task_round, each.review_before, short_id(each.task_id)) for each in found]
    return Answer(lines(*map(_result, found)), rows)


async def changes(call: Call) -> Answer:
    """/changes ID TEXT: have a result that waits for review made again."""
    task_id = await call.task_id("/changes ID what shall be different")
    text = " ".join(call.words[1:])
    if not text:
        raise Usage(f"Write what shall be different: /changes {short_id(task_id)} shorter, and name the sources")
    await _say(call, task_id, "request-changes", {"text": text})
    return Answer(f"{short_id(task_id)} is made again; its worker is told.")


async def waits_for_review(call: Call, task: TaskDetailView) -> bool:
    """Whether somebody has to look at the result of this task."""
    if task.plan_id is None or task.plan_place is None:
        return False
    path, place = f"/plans/{task.plan_id}/steps/{task.plan_step}/parts", task.plan_place
    page = PartPage.model_validate(await call.api.get(path, after=place - 1, limit=1))
    return any(each.place == place and each.status is StepStatus.REVIEW for each in page.parts)


async def decide(call: Call, verb: str, task_id: str, comment: str = "", seen: Press | None = None) -> Answer:
    """ACCEPT or DECLINE the result of a task; ``seen``: the one under which the button was."""
    said: dict[str, Any] = {"comment": comment}
    if seen is not None:
        said |= {"round": seen.round}
    if seen is not None and seen.review_before is not None:
        said |= {"review_before": seen.review_before.isoformat()}
    await _say(call, task_id, _VERBS[verb], said)
    return Answer(f"The result of {short_id(task_id)} is {_SAID[verb]}")


async def press(call: Call, pressed: Press) -> Answer:
    """What a button under a plan or a result does."""
    if pressed.verb in _DONE:
        verb = "retry" if pressed.verb == REPAIR else "cancel"
        await call.api.post(f"/plans/{pressed.id}/{verb}", key=call.asked.key)
        return Answer(f"{short_id(pressed.id)} {_DONE[pressed.verb]}")
    if pressed.verb == CHANGE:
        return Answer(f"Write what shall be different: /changes {short_id(pressed.id)} …")
    return await decide(call, pressed.verb, pressed.id, seen=pressed)


async def _say(call: Call, task_id: str, verb: str, said: dict[str, Any]) -> None:
    task = TaskDetailView.model_validate(await call.api.get(f"/tasks/{task_id}"))
    if task.plan_id is None:
        raise Usage(f"{short_id(task_id)} belongs to no plan, so its result waits for nobody.")
    path = f"/plans/{task.plan_id}/steps/{task.plan_step}/{verb}"
    await call.api.post(path, {**said, "place": task.plan_place}, key=call.asked.key)


async def _one(call: Call, beginning: str) -> Answer:
    if not is_beginning(beginning):
        raise Usage("Write /plans ID, with the first characters of a plan's id.")
    found = PlanPage.model_validate(await call.api.get("/plans", id_prefix=beginning, limit=2)).plans
    if len(found) != 1:
        many = "Several plans have ids that begin" if found else "No plan has an id that begins"
        raise Usage(f"{many} with {beginning}. /plans lists the newest.")
    plan = PlanDetailView.model_validate(await call.api.get(f"/plans/{found[0].id}", document=False))
    failure = safe(plan.failure.get("message", ""), 300) if plan.failure else None
    waiting = [each for each in plan.first_steps if each.status is StepStatus.REVIEW and each.task_id]
    rows = [
        review_buttons(each.task_id, each.task_round or 0, each.review_before, each.id)
        for each in waiting
        if each.task_id
    ]
    steps = [_step(each) for each in plan.first_steps]
    return Answer(listing(lines(_line(plan), failure), steps), [_acts(plan), *rows])


def _acts(plan: PlanView, is_list: bool = False) -> list[tuple[str, str]]:
    about = short_id(plan.id) if is_list else ""
    if plan.status in _REPAIRABLE:
        return [button(REPAIR, plan.id, about)]
    return [] if is_list or plan.status is not PlanStatus.RUNNING else [button(HALT, plan.id)]


def _line(plan: PlanView) -> str:
    name = f"{_MARKS[StepStatus(plan.status)]} <b>{safe(plan.name, 60)}</b>"
    return f"{name} {plan.status}, {plan.done} of {plan.steps} <code>{short_id(plan.id)}</code>"


def _step(step: StepView) -> str:
    why = f": {safe(step.error.get('message', ''), 80)}" if step.error else ""
    many = f" {step.succeeded} of {step.parts}" if step.parts not in (None, 1) else ""
    return f"{_MARKS[step.status]} {safe(step.id, 50)} {step.status}{many}{why}"


def _result(each: ReviewView) -> str:
    left = f", {span(_left(each))} left" if each.review_before else ""
    head = f"👀 <b>{safe(each.plan_name, 60)}</b>, {safe(each.step, 50)} <code>{short_id(each.task_id)}</code>{left}"
    return lines(head, safe(json.dumps(each.result, ensure_ascii=False), _LONGEST_RESULT))


def _left(each: ReviewView) -> float:
    if each.review_before is None:
        return 0.0
    return (each.review_before - datetime.now(UTC)).total_seconds()
