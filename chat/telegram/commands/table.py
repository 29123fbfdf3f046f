"""Every command of the bot, in the order in which /help and Telegram's menu show them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chat.telegram.command_call import Call
from chat.telegram.commands import agent, controls, new_tasks, status, steering
from chat.telegram.texts import Answer, lines, safe
from contracts.alerts.telegram_buttons import APPROVE, CANCEL, REJECT, RETRY


@dataclass(frozen=True)
class Command:
    run: Callable[[Call], Awaitable[Answer | None]]
    #: What follows the command.
    usage: str
    summary: str


async def show_help(_: Call) -> Answer:
    return Answer(HELP)


COMMANDS: dict[str, Command] = {
    "status": Command(status.status, "[ID]", "how things stand, or one task"),
    "workers": Command(status.workers, "", "who works"),
    "queue": Command(status.queue, "", "what waits, and for what"),
    "add": Command(new_tasks.add, "TYPE NVDA key=value…", "a task; plain words work, too"),
    "batch": Command(new_tasks.batch, "TYPE NVDA AAPL…", "the same task for several tickers"),
    "why": Command(status.why, "ID", "what a task waits for, or why it failed"),
    "retry": Command(steering.command(RETRY), "ID", "run a task once more"),
    "cancel": Command(steering.command(CANCEL), "ID", "stop a task"),
    "approve": Command(steering.command(APPROVE), "ID [COMMENT]", "let a task run that waits for a yes"),
    "reject": Command(steering.command(REJECT), "ID [COMMENT]", "end it instead"),
    "watch": Command(new_tasks.watch, "NVDA | ID", "keep a ticker fresh, or follow a task here"),
    "coverage": Command(status.coverage, "[NVDA]", "how fresh the data is"),
    "pause": Command(controls.pause, "CAPABILITY | all REASON", "hand out nothing new"),
    "resume": Command(controls.resume, "CAPABILITY | all", "end a pause"),
    "agent": Command(agent.agent, "status | pause REASON | resume | run", "the agent"),
    "digest": Command(agent.digest, "", "what the daily digest would say now"),
    "help": Command(show_help, "", "this list"),
}

HELP = lines(
    "Write a command, or say in plain words what shall be done.",
    "",
    *(f"/{name} {safe(each.usage)} — {safe(each.summary)}".replace("  ", " ") for name, each in COMMANDS.items()),
    "/link CODE, /unlink — whom you act as",
)
