"""`clawdbot agent`: all its commands, and what it goes by."""

from typing import Annotated

import typer
from rich.text import Text

from cli.agent import budget as agent_budget
from cli.agent import control as agent_commands
from cli.agent import ledger as agent_ledger
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.listing import listing
from cli.options import ApiUrl, AsJson
from cli.output import count, print_json, say, screen
from cli.text import one_line
from contracts.agent.ranking import RankingWeights
from contracts.records.ticker_views import NeedView, RankingView

_MOST = 1_000

app = typer.Typer(
    no_args_is_help=True,
    help="The agent: collects by itself what needs it most, when it may.\n\nExample: clawdbot agent status",
)
for _command in (
    agent_commands.status, agent_commands.pause, agent_commands.resume, agent_commands.run,
    agent_budget.budget, agent_budget.policy, agent_ledger.decisions, agent_ledger.undo, agent_ledger.explain,
):  # fmt: skip
    app.command()(_command)


@app.command()
def ranking(
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="How many, those that need it most.")] = 20,
    ticker: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str | None, typer.Option(help="For example reddit, news or sec.")] = None,
    due: Annotated[
        bool | None, typer.Option("--due/--not-due", help="Only those whose interval is over, or is not.")
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=NUMBER", help="Try another weight, such as watchers=0; repeatable."),
    ] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show what needs to be collected most, and why. Nothing is created.

    Example: clawdbot agent ranking --due --weight watchers=0
    """
    weights = _weights(weight or [])
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/agent/ranking", RankingView, limit=limit, ticker=ticker, source=source, due=due, **weights)
    if as_json:
        print_json(found)
    elif not found.ranking:
        say(_nothing(found))
    else:
        _show(found)


def _weights(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    for name, _, value in pairs:
        if name not in RankingWeights.model_fields or not value:
            names = ", ".join(RankingWeights.model_fields)
            raise CliError(f"Give a weight as watchers=2. The names are {names}.")
    return {name: value for name, _, value in pairs}


def _nothing(found: RankingView) -> str:
    if found.tickers == 0:
        return "No such ticker is tracked. Add one with `clawdbot tickers add NVDA`."
    return "Nothing matches."


def _show(found: RankingView) -> None:
    table = listing(">SCORE", "TICKER", "SOURCE", "DUE", "WHY", wraps=("WHY",))
    for each in found.ranking:
        table.add_row(
            f"{each.score:.1f}", one_line(each.ticker), one_line(each.source), _due(each), one_line(each.why, 300)
        )
    screen().print(table)
    more = found.candidates - len(found.ranking)
    shown = count(len(found.ranking), "need")
    if more > 0:
        shown = f"{len(found.ranking):,} of {found.candidates:,} needs; --limit N shows up to {_MOST:,}"
    say(Text(f"\n{shown}{'' if more > 0 else ' (all)'}", style="dim"))


def _due(need: NeedView) -> Text:
    if need.in_hand:
        return Text("under way", style="cyan")
    return Text("yes", style="yellow") if need.due else Text("no", style="dim")
