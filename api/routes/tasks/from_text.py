"""Creates the tasks of a sentence, all or none."""

from fastapi.responses import JSONResponse

from api.state import State
from contracts.tasks.plain_language import CreatedFromTextView
from contracts.tasks.plain_language_requests import TaskSubmission
from services.errors import BadInput
from services.tasks.approvals import Approvals
from services.tasks.idempotency import once
from services.tasks.plain_language import read_text, submissions_of
from services.tasks.submit import submit, validate_batch

#: What no sentence says.
_UNSAID = {"tags", "notes", "parent_task_id", "needs_approval", "needs_review", "review_seconds", "workspace"}


async def create_from_text(
    body: TaskSubmission, text: str, caller: str, state: State, idempotency_key: str | None
) -> JSONResponse:
    """The sentence is read within the transaction: a repeated call gets the answer of the first, whatever the time.

    Raises:
        BadInput: a question is open, or something would not wait for the review that is asked for.
    """
    said = body.model_dump(include=_UNSAID, exclude_unset=True)
    async with state.database.transaction() as connection:

        async def act() -> CreatedFromTextView:
            zone = body.timezone or state.settings.timezone
            parsed = await read_text(connection, text, zone, state.settings.listed_companies)
            submissions = [each.model_copy(update=said) for each in submissions_of(parsed)]
            if body.needs_review and any(each.follow_ups for each in submissions):
                raise BadInput("What follows would not wait for the review. Ask for a plan: clawdbot plans propose.")
            checked = validate_batch(submissions, Approvals(state.settings, caller))
            created = await submit(connection, submissions, checked, caller)
            return CreatedFromTextView(created=len(created), task_ids=[each.id for each in created], parsed=parsed)

        answer = await once(connection, (caller, "POST /tasks"), idempotency_key, body, act)
    return JSONResponse(answer, 201)
