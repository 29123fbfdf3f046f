"""Route that proposes a plan for a goal; nothing is created before a person submits it."""

from fastapi import APIRouter

from api.security.principal import Submitter
from api.state import Services
from contracts.plans.goals import GoalAnswer, GoalBody
from services.plans.goals import answer_goal

router = APIRouter(prefix="/goals", tags=["plans"])


@router.post("", summary="Propose a plan for a goal; nothing is created")
async def propose(body: GoalBody, caller: Submitter, state: Services) -> GoalAnswer:
    """`proposal.plan` is a body for `POST /plans`, as it is or edited; `estimate` says what it usually takes.

    Rules propose it where they know the goal, else the model of CLAWDBOT_PLANNER_MODEL, if there is one. It sees the
    words of the goal and the names of files, never their text.
    """
    return await answer_goal(state.database, state.planner, body, state.settings, caller.label)
