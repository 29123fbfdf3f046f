"""Asks a model for a plan, twice at most, and takes nothing from it but a plan that was checked, or questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.plans.plan import Plan
from contracts.settings import ServerSettings
from llm.asking import AskedModel, NoAnswer
from llm.chat import Prompt, as_data
from llm.hourly import HourlyModel
from plans.check import Mistake
from plans.drafts import SYSTEM, BadDraft, PlanDraft, catalogue, plan_of_draft

#: Fifty steps; a model that thinks aloud needs more.
_MOST_ANSWERED = 8_000
_TIMEOUT_SECONDS = 45.0
#: The first answer, and one that knows what was wrong with it.
_TRIES = 2


@dataclass(frozen=True)
class Drafted:
    """A plan, or questions, or neither and why."""

    plan: Plan | None = None
    questions: Sequence[str] = ()
    note: str | None = None
    tokens: int = 0


class Planner:
    """Asks the model of this process, for so many goals an hour at most."""

    def __init__(self, model: AskedModel, per_hour: int) -> None:
        self.model = model
        self._hourly = HourlyModel(
            model,
            per_hour,
            without="Goals go without a model",
            counted=f"for {per_hour} plans",
            instead="Wait a few minutes, or write the plan yourself.",
        )
        self.warm_up = self._hourly.warm_up

    async def draft(self, goal: str, files: Sequence[str], name: str, inputs: dict[str, Any]) -> Drafted:
        """``files``: their names. ``inputs``: what the plan will see, and the model will not."""
        try:
            await self._hourly.take_turn()
        except NoAnswer as error:
            return Drafted(note=str(error))
        tokens, mistakes = 0, list[Mistake]()
        for _ in range(_TRIES):
            try:
                reply = await self.model.ask(Prompt(SYSTEM, _shown(goal, files, mistakes), PlanDraft))
            except NoAnswer as error:
                return Drafted(note=str(error), tokens=tokens)
            tokens += reply.input_tokens + reply.output_tokens
            try:
                found = plan_of_draft(reply.text, name, inputs)
            except BadDraft as error:
                mistakes = error.mistakes
                continue
            return Drafted(found, tokens=tokens) if isinstance(found, Plan) else Drafted(questions=found, tokens=tokens)
        wrong = "; ".join(f"{field} {said}" for field, said in mistakes[:3])
        return Drafted(note=f"{self.model.name} proposed no plan that could run: {wrong.rstrip('.')}.", tokens=tokens)


def make_planner(settings: ServerSettings, timeout: float = _TIMEOUT_SECONDS) -> Planner | None:
    """None unless a model is configured."""
    named = settings.planner
    if named is None:
        return None
    return Planner(AskedModel(named, "the API", _MOST_ANSWERED, timeout), settings.planner_per_hour)


def _shown(goal: str, files: Sequence[str], mistakes: Sequence[Mistake]) -> str:
    wrong = [f"{field} {said}" for field, said in mistakes[:20]]
    return as_data({"goal": goal, "files": list(files), "task_types": catalogue(), "wrong_before": wrong})
