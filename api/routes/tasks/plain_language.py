"""Route that parses a sentence into tasks, before anything is created."""

from fastapi import APIRouter

from api.security.principal import MemberReader, Role
from api.state import Services
from contracts.tasks.plain_language import ReadText
from contracts.tasks.plain_language_requests import SentenceBody
from services.tasks.plain_language import read_text
from services.tasks.rewording import read_with_help

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.post("/parse", summary="Parse a sentence into tasks; no task is created")
async def parse_text(body: SentenceBody, caller: MemberReader, state: Services) -> ReadText:
    """Nothing is created: the tasks are bodies for `POST /tasks` or `/tasks/batch`, or there are questions.

    Beside the questions there may be a `suggestion`: another wording, proposed by a model (CLAWDBOT_INTAKE_MODEL).
    """
    async with state.database.transaction() as connection:
        zone = body.timezone or state.settings.timezone
        parsed = await read_text(connection, body.text, zone, state.settings.listed_companies)
    # Who may create nothing needs no other wording, and it costs something.
    if not parsed.questions or state.rephraser is None or caller.role is Role.VIEWER:
        return ReadText(**parsed.model_dump())
    return await read_with_help(state.database, state.rephraser, parsed, state.settings.listed_companies)
