"""What a sentence would become, before anything is created."""

from fastapi import APIRouter

from api.intake_schemas import SentenceBody
from api.security.principal import Reader
from api.services.intake import read_text
from api.state import Services
from contracts.intake import ParsedText

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.post("/parse", summary="What a sentence means")
async def parse_text(body: SentenceBody, _: Reader, state: Services) -> ParsedText:
    """Nothing is created: the tasks are bodies for `POST /tasks` or `/tasks/batch`, or there are questions."""
    async with state.database.transaction() as connection:
        return await read_text(connection, body.text, body.timezone or state.settings.timezone)
