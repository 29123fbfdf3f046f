"""The agent on the screen: how it stands, its budget, its policy."""

from rich.text import Text

from cli.listing import listing
from cli.output import print_json, say, screen
from cli.text import one_line
from contracts.agent.budget import limit_text
from contracts.agent.policy import BudgetUnit
from contracts.agent.views import AgentView, BudgetUseView

_MICROS = 1_000_000


def show_agent(found: AgentView, as_json: bool, *, with_policy: bool = False) -> None:
    if as_json:
        print_json(found)
        return
    _state(found)
    table = listing("BUDGET", ">USED", ">LEFT")
    for each in found.budget:
        table.add_row(one_line(limit_text(each.limit)), _amount(each, each.used), _amount(each, each.left))
    screen().print(table)
    if with_policy:
        say("")
        for name, value in found.policy.model_dump(mode="json").items():
            say(f"{name}={one_line(_as_typed(value))}")


def _as_typed(value: object) -> str:
    if isinstance(value, list):
        return ",".join(sorted(value)) or "none"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _state(found: AgentView) -> None:
    if found.trouble:
        say(Text(one_line(found.trouble, 500), style="bold red"))
    if found.paused:
        say(Text(f"paused by {one_line(found.paused.by)}: {one_line(found.paused.reason, 500)}", style="yellow"))
    else:
        next_round = f", next round {found.next_round_at:%Y-%m-%d %H:%M:%S} UTC" if found.next_round_at else ""
        say(Text(f"running{next_round}", style="green"))
    last = found.last_round
    if last is not None:
        left_alone = ", ".join(f"{count:,} {one_line(why)}" for why, count in last.not_chosen.items() if count)
        say(
            f"round {last.number} at {last.at:%Y-%m-%d %H:%M:%S} UTC: {last.tickers:,} tickers, {last.tasks:,} tasks"
            + (f"; left alone: {left_alone}" if left_alone else "")
        )
        if last.advice:
            say(one_line(last.advice, 500))
        if last.refused and last.refused != found.trouble:
            say(Text(one_line(last.refused, 500), style="yellow"))
    say(f"{found.open_tasks:,} of its tasks are not over\n")


def _amount(use: BudgetUseView, number: int) -> str:
    if use.limit.unit is BudgetUnit.USD_MICROS:
        return f"${number / _MICROS:,.4f}"
    return f"{number:,}"
