"""Run one model operation over a text or over collected rows: analyse, summarise, list what is named, answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.ai_summary import written
from activities.context import TaskContext
from activities.models import prompts
from activities.models.answer_schemas import Entity, FoundAnswer, Item, Point, Summary
from activities.models.finished_result import paid_before, remember, remembered
from activities.models.material import SOURCES, items_of
from activities.models.provider import Model, open_model
from activities.sources.text import storable
from contracts.errors import InvalidParams, NotFound
from contracts.params.analysis import LlmTaskParams
from contracts.records.rows import AiAnalysis, MaterialQuery, RecordKind
from contracts.tasks.results import LlmTaskResult

#: Of one row, in characters.
ROW_LIMIT = 20_000
#: Bounds of the result; together they stay below what a task's result may have, in any script.
MOST_POINTS, MOST_ENTITIES, MOST_CITES = 20, 100, 5
NAME_LIMIT, QUESTION_LIMIT, ANSWER_LIMIT, TEXT_LIMIT = 100, 200, 500, 20_000


async def llm_task(context: TaskContext, params: LlmTaskParams) -> LlmTaskResult:
    """Read, ask as often as the length of the material needs, store one finding.

    Raises:
        InvalidParams: an id that is not `<kind>:<id>`.
        NotFound: there is nothing to work on.
        TaskError: see `contracts.errors`.
    """
    done = remembered(context.cursor, LlmTaskResult)
    if done is not None:
        return done
    wanted = _by_kind(params.record_ids)
    async with open_model(context) as model:
        piece = min(model.budget // 2, ROW_LIMIT)
        rows = [item for kind, ids in wanted.items() for item in await _read(context, kind, ids, piece)]
        items = [*_pieces(params.text or "", piece), *rows]
        if not items:
            raise NotFound("None of the records is stored. Correct record_ids, or crawl first.")
        with paid_before(context, model) as paid:
            findings = await _ask(context, params, model, items)
            known = {item.id for item in rows}
            missing = [id_ for id_ in dict.fromkeys(params.record_ids) if id_ not in known]
            result = findings.result(params, f"{context.task_id}:{params.operation}")
            result.missing, result.cost = missing, paid.plus(model.cost)
            await context.store(RecordKind.AI_ANALYSES, [_row(model.name, result)])
    remember(context, result)
    context.progress(percent=100, step="finding stored")
    return result


def _by_kind(record_ids: Sequence[str]) -> dict[RecordKind, list[str]]:
    known, wanted = list(SOURCES.values()), dict[RecordKind, list[str]]()
    for record_id in dict.fromkeys(record_ids):
        kind, _, id_ = record_id.partition(":")
        if kind not in known or not id_:
            raise InvalidParams(f"'{record_id[:80]}' is not the id of a record. Use <kind>:<id>: {', '.join(known)}.")
        wanted.setdefault(RecordKind(kind), []).append(id_)
    return wanted


async def _read(context: TaskContext, kind: RecordKind, ids: list[str], limit: int) -> list[Item]:
    """The rows that are stored, in portions of a page."""
    found: list[Item] = []
    page = kind.spec.page
    for first in range(0, len(ids), page):
        query = MaterialQuery(kind=kind, ids=ids[first : first + page], limit=page)
        found += await items_of(context, kind, await context.material(query), limit)
    return found


def _pieces(text: str, length: int) -> list[Item]:
    """A long text in pieces that fit a request, each with an id that can be cited."""
    starts = range(0, len(text), length)
    return [Item(f"text:{number}", text[start : start + length]) for number, start in enumerate(starts, 1)]


async def _ask(context: TaskContext, params: LlmTaskParams, model: Model, items: list[Item]) -> "_Findings":
    """Part by part, as much as fits into a request."""
    findings = _Findings()
    parts = prompts.batches(items, model.budget, len(items))
    for number, part in enumerate(parts, 1):
        step = f"{model.name}: part {number} of {len(parts)}"
        context.progress(percent=100 * (number - 1) / len(parts), step=step)
        if params.operation == "summarize":
            findings.points.append((await model.summarize(part)).points)
        elif params.operation == "analyze":
            analysis = await model.analyze(part)
            findings.points.append(analysis.points)
            findings.scores.append((analysis.score, len(part)))
        elif params.operation == "extract_entities":
            findings.name((await model.entities(part)).entities)
        else:
            findings.answers += (await model.answer(params.questions, part)).answers
    return findings


@dataclass
class _Findings:
    """What the parts gave, put together."""

    #: One list per part.
    points: list[list[Point]] = field(default_factory=list)
    #: Score and number of items of each part.
    scores: list[tuple[float, int]] = field(default_factory=list)
    entities: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    answers: list[FoundAnswer] = field(default_factory=list)

    def name(self, entities: Sequence[Entity]) -> None:
        """The same name of two parts is one entity."""
        for entity in entities:
            cites = self.entities.setdefault((storable(entity.name, NAME_LIMIT), entity.kind), [])
            cites += [id_ for id_ in entity.cites if id_ not in cites]

    def result(self, params: LlmTaskParams, analysis_id: str) -> LlmTaskResult:
        """Bounded, whatever the model said."""
        # Round by round, so that a bound does not keep the first part only.
        rounds = max(map(len, self.points), default=0)
        mixed = [part[n] for n in range(rounds) for part in self.points if n < len(part)][:MOST_POINTS]
        points = [Point(text=point.text, cites=point.cites[:MOST_CITES]) for point in mixed]
        entities = list(self.entities.items())[:MOST_ENTITIES]
        result = LlmTaskResult(
            operation=params.operation,
            analysis_id=analysis_id,
            text=written(Summary(points=points)),
            entities=[{"name": n, "kind": k, "cites": cites[:MOST_CITES]} for (n, k), cites in entities],
            answers=[self._answer(number, question) for number, question in enumerate(params.questions)],
        )
        if self.scores:
            weight = sum(count for _, count in self.scores)
            result.score = round(sum(score * count for score, count in self.scores) / weight, 4)
            result.label = _label(result.score)
        if params.operation == "extract_entities":
            result.text = ", ".join(f"{each['name']} ({each['kind']})" for each in result.entities)
        elif params.operation == "answer":
            result.text = "\n".join(f"{each['question']} {each['answer'] or 'not found'}" for each in result.answers)
        else:
            result.answers = []
        result.text = result.text[:TEXT_LIMIT]
        cited = [cite for point in points for cite in point.cites]
        cited += [cite for each in (*result.entities, *result.answers) for cite in each["cites"]]
        result.cited = list(dict.fromkeys(cited))
        return result

    def _answer(self, number: int, question: str) -> dict[str, Any]:
        """The first part that knew the answer counts."""
        asked = question[:QUESTION_LIMIT]
        found = [each for each in self.answers if each.question == number and each.found]
        if not found:
            return {"question": asked, "found": False, "answer": "", "cites": []}
        answer = storable(found[0].answer, ANSWER_LIMIT)
        return {"question": asked, "found": True, "answer": answer, "cites": found[0].cites[:MOST_CITES]}


def _label(score: float) -> str:
    if abs(score) < 0.05:
        return "neutral"
    return "positive" if score > 0 else "negative"


def _row(model: str, result: LlmTaskResult) -> AiAnalysis:
    details = result.model_dump(mode="json", include={"label", "score", "entities", "answers", "missing"})
    return AiAnalysis(
        analysis_id=result.analysis_id,
        analysis=result.operation,
        model=model,
        text=result.text,
        cited=result.cited,
        details=details,
    )
