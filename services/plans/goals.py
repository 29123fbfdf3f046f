"""A goal becomes a plan to approve: by rules where they know it, else by a model. Nothing is created."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from contracts.plans.goals import EstimateBody, GoalAnswer, GoalBody, ProposedPlan, StepEstimate
from contracts.plans.plan import Plan
from contracts.settings import ServerSettings
from contracts.task_types import TASK_TYPES
from contracts.tasks.plain_language import MOST_CHARACTERS, ParsedText, Question
from contracts.workers.own_queues import OwnQueues
from contracts.workspaces.names import DEFAULT
from db.plans.usual_runs import usual_runs
from db.session import Database
from db.workers.registry import offering
from intake.goals.parts import MOST_PARTS, about, once, parts_of, tickers_of
from intake.goals.subjects import plan_of_files, plan_of_page, question_about
from plans.check import mistakes_in
from plans.estimates import Usual, estimates, used, usual_of
from plans.from_tasks import plan_of
from plans.part import without
from services.errors import BadInput
from services.plans.planner import Planner
from services.plans.submit import parse_plan
from services.tasks.plain_language import read_text
from services.workspaces.quotas import check_there

_LONGEST_NAME = 100

Read = Callable[[str], Awaitable[ParsedText]]


@dataclass(frozen=True)
class _ByRules:
    plan: Plan | None = None
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def answer_goal(
    database: Database, planner: Planner | None, goal: GoalBody, settings: ServerSettings, caller: str
) -> GoalAnswer:
    """A plan with what it will take, or what has to be answered first. No connection is held while a model thinks.

    Raises:
        BadInput: there is no such workspace.
    """
    zone = goal.timezone or settings.timezone
    async with database.transaction() as connection:
        await check_there(connection, goal.workspace or DEFAULT)

        async def read(sentence: str) -> ParsedText:
            # A goal, or a part of it with all its tickers, may be longer than a sentence.
            if len(sentence) > MOST_CHARACTERS:
                return _too_long(sentence, zone)
            return await read_text(connection, sentence, zone, settings.listed_companies)

        rules = await _by_rules(goal, read)
    if rules.plan is not None:
        proposal = await priced(database, _placed(rules.plan, goal), "rules", rules.notes, settings, caller)
        return GoalAnswer(text=goal.text, proposal=proposal)
    if planner is None:
        return GoalAnswer(text=goal.text, questions=rules.questions)
    names = [each.name for each in goal.files]
    drafted = await planner.draft(goal.text, names, _name(goal), _inputs(goal))
    known = {"text": goal.text, "note": drafted.note, "tokens_used": drafted.tokens}
    if drafted.plan is not None:
        plan = _placed(drafted.plan, goal)
        return GoalAnswer(**known, proposal=await priced(database, plan, planner.model.name, [], settings, caller))
    asked = [Question(field="text", question=each) for each in drafted.questions]
    return GoalAnswer(**known, questions=asked or rules.questions)


def _placed(plan: Plan, goal: GoalBody) -> Plan:
    """Where its tasks will wait, and for whom."""
    return plan.model_copy(update={"workspace": goal.workspace}) if goal.workspace else plan


def _too_long(sentence: str, zone: str) -> ParsedText:
    said = f"Say it in parts of at most {MOST_CHARACTERS:,} characters, with 'then' between them."
    asked = [Question(field="text", question=said)]
    return ParsedText(text=sentence, timezone=zone, tasks=[], understood=[], ignored=[], questions=asked)


async def estimate_part(database: Database, body: EstimateBody, settings: ServerSettings, caller: str) -> ProposedPlan:
    """What is left of a plan, with its price. Nothing is created.

    Raises:
        BadInput: it cannot run, or not without these steps; or there is no such workspace.
    """
    plan = await asyncio.to_thread(parse_plan, body.plan)
    notes = []
    if body.without:
        try:
            plan, also = without(plan, body.without)
        except ValueError as error:
            raise BadInput(str(error), [("without", str(error))]) from None
        # What compensates may read results of steps that it does not need.
        plan = await asyncio.to_thread(parse_plan, plan.model_dump(mode="json", exclude_defaults=True))
        notes = [f"Left out, too, because they need what is left out: {', '.join(also)}."] if also else []
    return await priced(database, plan, caller, notes, settings, caller)


async def _by_rules(goal: GoalBody, read: Read) -> _ByRules:
    text, repeated = once(goal.text)
    notes = []
    if repeated:
        notes.append(f'"{repeated}" is not part of it: a plan runs once. Submit it each time, or schedule its tasks.')
    if goal.files:
        return _ByRules(plan_of_files(text, goal.files, _name(goal)), notes=notes)
    if (plan := plan_of_page(text, _name(goal))) and not mistakes_in(plan):
        return _ByRules(plan, notes=notes)
    parts, questions = await _parts_of(text, read)
    if questions:
        return _ByRules(questions=questions)
    if any(each.run_at for part in parts for each in part.tasks):
        later = "A plan begins when it is submitted. Leave the time out, or submit the sentence as tasks."
        return _ByRules(questions=[Question(field="text", question=later)])
    if unused := [word for part in parts for word in part.notable]:
        notes.append(f"Not used: {', '.join(unused)}.")
    return _ByRules(plan_of(_name(goal), [part.tasks for part in parts]), notes=notes)


async def _parts_of(text: str, read: Read) -> tuple[list[ParsedText], list[Question]]:
    """Part by part; a part without tickers is about those of the part before."""
    whole = await read(text)
    if not whole.questions:
        return [whole], []
    parts, tickers = parts_of(text), list[str]()
    read_parts: list[ParsedText] = []
    for part in parts[:MOST_PARTS]:
        parsed = await read(part)
        if parsed.questions and tickers:
            again = await read(about(part, tickers))
            parsed = again if not again.questions else parsed
        if parsed.questions:
            is_known = tickers or any(each.field == "ticker" for each in whole.understood)
            other = None if is_known else question_about(text)
            return [], [other] if other else parsed.questions
        read_parts.append(parsed)
        tickers = tickers_of(parsed) or tickers
    if not read_parts:
        return [], whole.questions
    if len(parts) > MOST_PARTS:
        return [], [Question(field="text", question=f"That are {len(parts)} parts; {MOST_PARTS} are the most.")]
    return read_parts, []


async def priced(
    database: Database, plan: Plan, by: str, notes: list[str], settings: ServerSettings, caller: str
) -> ProposedPlan:
    """The plan with what it usually takes, and what stands in its way now."""
    types = {step.task_type for step in plan.steps}
    async with database.transaction() as connection:
        await check_there(connection, plan.workspace)
        runs = await usual_runs(connection, types)
        offers = await offering(connection)
    usual: dict[str, Usual] = {}
    for name, found in runs.items():
        if one := usual_of([used(each.seconds, each.requests, each.cost) for each in found]):
            usual[name] = one
    workers = {name: offers.online_to(plan.workspace, name) for name in offers.by_capability}
    steps, whole = estimates(plan, usual, workers, settings.approval_rules, caller)
    return ProposedPlan(
        plan=plan.model_dump(mode="json", exclude_defaults=True),
        by=by,
        estimate=whole,
        steps=steps,
        obstacles=_obstacles(plan, steps, usual, offers.own),
        notes=notes,
    )


def _obstacles(plan: Plan, steps: list[StepEstimate], usual: Mapping[str, Usual], owned: OwnQueues) -> list[str]:
    own = {step.id: step.capability for step in plan.steps}
    nobody = dict.fromkeys(
        own[each.step] or TASK_TYPES[each.task_type].capability for each in steps if not each.workers
    )
    new = dict.fromkeys(each.task_type for each in steps if each.task_type not in usual)
    unknown = f"What these take is not known yet, none has succeeded lately: {', '.join(new)}."
    return [
        *(f"{_no_worker(plan.workspace, name, owned)} right now; its tasks would wait." for name in nobody),
        *([unknown] if new else []),
    ]


def _no_worker(workspace: str, capability: str, owned: OwnQueues) -> str:
    serving = f" that serves workspace {workspace}" if owned.has(workspace, capability) else ""
    return f"No worker{serving} offers {capability}"


def _name(goal: GoalBody) -> str:
    return " ".join(goal.text.split())[:_LONGEST_NAME]


def _inputs(goal: GoalBody) -> dict[str, object]:
    return {"goal": goal.text, "files": [each.model_dump() for each in goal.files]} if goal.files else {}
