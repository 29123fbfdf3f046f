"""Every command of the bot, in the order in which /help and Telegram's menu show them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chat.telegram.command_call import Call
from chat.telegram.commands import agent, controls, failures, new_tasks, plans, status, steering
from chat.telegram.texts import Answer, lines, safe
from contracts.alerts.telegram_buttons import APPROVE, CANCEL, REJECT, RETRY

VIEWER = "viewer"


@dataclass(frozen=True)
class Command:
    run: Callable[[Call], Awaitable[Answer | None]]
    #: What follows the command.
    usage: str
    summary: str
    #: Who may only read is not shown it; the API decides.
    changes: bool = False


async def show_help(call: Call) -> Answer:
    return Answer(help_for(call.role))


COMMANDS: dict[str, Command] = {
    "status": Command(status.status, "[ID]", "how things stand, or one task"),
    "workers": Command(status.workers, "", "who works"),
    "queue": Command(status.queue, "", "what waits, and for what"),
    "add": Command(new_tasks.add, "TYPE NVDA key=value…", "a task; plain words work, too", changes=True),
    "batch": Command(new_tasks.batch, "TYPE NVDA AAPL…", "the same task for several tickers", changes=True),
    "why": Command(status.why, "ID", "what a task waits for, or why it failed"),
    "retry": Command(steering.command(RETRY), "ID", "run a task once more", changes=True),
    "cancel": Command(steering.command(CANCEL), "ID", "stop a task", changes=True),
    "approve": Command(
        steering.command(APPROVE), "ID [COMMENT]", "the yes that a task or result waits for", changes=True
    ),
    "reject": Command(steering.command(REJECT), "ID [COMMENT]", "end it instead", changes=True),
    "failures": Command(failures.failures, "[canary ID | mute ID]", "what fails alike; try one, leave it out"),
    "plans": Command(plans.plans, "[ID]", "plans, or one with its steps; go on with one that failed"),
    "review": Command(plans.review, "", "results that wait for somebody to look"),
    "changes": Command(plans.changes, "ID TEXT", "have such a result made again", changes=True),
    "watch": Command(new_tasks.watch, "NVDA | ID", "keep a ticker fresh, or follow a task here"),
    "coverage": Command(status.coverage, "[NVDA]", "how fresh the data is"),
    "pause": Command(controls.pause, "[CAPABILITY | all REASON]", "hand out nothing new", changes=True),
    "resume": Command(controls.resume, "[CAPABILITY | all]", "end a pause", changes=True),
    "agent": Command(agent.agent, "status | pause REASON | resume | run", "the agent"),
    "digest": Command(agent.digest, "", "what the daily digest would say now"),
    "help": Command(show_help, "", "this list"),
}

#: For a viewer, where it says less.
_READ_ONLY = {
    "failures": ("", "what fails alike"),
    "watch": ("ID", "follow a task here"),
    "agent": ("status", "the agent"),
}


def help_for(role: str) -> str:
    """What this person can do here."""
    reads_only = role == VIEWER
    shown = {name: each for name, each in COMMANDS.items() if not (reads_only and each.changes)}
    said = {name: (each.usage, each.summary) for name, each in shown.items()} | (_READ_ONLY if reads_only else {})
    return lines(
        "You may look at everything, and change nothing." if reads_only
        else "Write a command, or say in plain words what shall be done.",
        "",
        *(f"/{name} {safe(usage)} — {safe(summary)}".replace("  ", " ") for name, (usage, summary) in said.items()),
        "/link CODE, /unlink — whom you act as",
    )  # fmt: skip
