"""Commands that steer tasks: /retry, /cancel, /approve, /reject; and the buttons that do the same."""

from collections.abc import Awaitable, Callable

from chat.telegram.buttons import Press
from chat.telegram.command_call import Call
from chat.telegram.commands import plans
from chat.telegram.task_lines import one_line
from chat.telegram.texts import Answer, listing, short_id, span
from contracts.alerts.telegram_buttons import (
    ACCEPT,
    AGAIN,
    APPROVE,
    CANCEL,
    DECLINE,
    HALT,
    MUTE,
    QUIET,
    REJECT,
    REPAIR,
    RETRY,
    REVIEWS,
    button,
)
from contracts.tasks.statuses import OPEN, TaskStatus
from contracts.tasks.views import TaskDetailView, TaskView
from db.chat.watches import mute_message

_NEWEST = 6
#: How long a notification is muted by its button.
_MUTE_SECONDS = 3_600
#: The same words, for a result that waits for review.
_OF_RESULTS = {APPROVE: ACCEPT, REJECT: DECLINE}
#: What a verb can be done to.
_CANDIDATES = {
    RETRY: [TaskStatus.FAILED],
    CANCEL: sorted(OPEN),
    APPROVE: [TaskStatus.AWAITING_APPROVAL],
    REJECT: [TaskStatus.AWAITING_APPROVAL],
}


def command(verb: str) -> Callable[[Call], Awaitable[Answer | None]]:
    """/verb ID does it; /verb alone shows to what it could be done, with buttons."""

    async def run(call: Call) -> Answer | None:
        if not call.words:
            return await _candidates(call, verb)
        task_id = await call.task_id(f"/{verb} ID")
        comment = " ".join(call.words[1:])
        if verb in _OF_RESULTS:
            task = TaskDetailView.model_validate(await call.api.get(f"/tasks/{task_id}"))
            if await plans.waits_for_review(call, task):
                return await plans.decide(call, _OF_RESULTS[verb], task_id, comment)
        return Answer(await _do(call, verb, task_id, comment))

    return run


async def press(call: Call, pressed: Press) -> Answer | None:
    """What a button does, in a few words."""
    if pressed.verb == QUIET:
        await call.api.post(f"/notifications/{pressed.id}/mute", {"seconds": _MUTE_SECONDS}, key=call.asked.key)
        return Answer(f"Muted for {span(_MUTE_SECONDS)}.")
    if pressed.verb in (*REVIEWS, REPAIR, HALT):
        return await plans.press(call, pressed)
    if pressed.verb == MUTE:
        return await _mute(call)
    if pressed.verb == AGAIN:
        # The message above is core's, which goes on editing it.
        return Answer(await _do(call, RETRY, pressed.id))
    return Answer(await _do(call, pressed.verb, pressed.id, message_id=call.asked.message_id))


async def _do(call: Call, verb: str, task_id: str, comment: str = "", message_id: int | None = None) -> str:
    """``message_id``: of the message that shows the task from now on, if there is one already."""
    body = {"comment": comment} if comment and verb in (APPROVE, REJECT) else None
    # Cancel, approve and reject have one effect however often they are asked for; a retry needs its key.
    answer = await call.api.post(f"/tasks/{task_id}/{verb}", body, key=call.asked.key)
    if verb == RETRY:
        await call.follow([task_id], message_id=message_id)
    return _said(verb, short_id(task_id), bool(answer.get("cancelled")))


def _said(verb: str, task: str, cancelled: bool) -> str:
    return {
        CANCEL: f"{task} is cancelled." if cancelled else f"{task} is being cancelled.",
        RETRY: f"{task} runs once more.",
        APPROVE: f"{task} is approved.",
        REJECT: f"{task} is rejected.",
    }[verb]


async def _candidates(call: Call, verb: str) -> Answer:
    found = await call.tasks(status=_CANDIDATES[verb], limit=_NEWEST)
    tasks = [TaskView.model_validate(each) for each in found]
    if not tasks:
        return Answer(f"There is nothing to {verb} right now.")
    rows = [[button(verb, each.id, short_id(each.id))] for each in tasks]
    return Answer(listing(f"Which one? Write /{verb} ID, or press.", [one_line(each) for each in tasks]), rows)


async def _mute(call: Call) -> Answer:
    async with call.database.transaction() as connection:
        muted = await mute_message(connection, call.asked.chat_id, call.asked.message_id or 0)
    return Answer("You will not hear more of this here." if muted else "It was quiet already.")
