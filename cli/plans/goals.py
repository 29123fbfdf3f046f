"""`clawdbot plans propose`: a goal becomes a plan that is shown, priced and matched with the fleet before it runs."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.files import text_of
from cli.listing import listing
from cli.local_timezone import local_timezone
from cli.options import ApiUrl, AsJson, OfWorkspace, Yes, belonging
from cli.output import count, print_json, say, screen
from cli.plans.reading import submit
from cli.text import one_line, safe, span
from contracts.plans.documents import written
from contracts.plans.goals import Estimate, GoalAnswer, ProposedPlan

_LONGEST = 500
Words = Annotated[list[str], typer.Argument(metavar="GOAL", help="In English; quotes are needed for $ and ?.")]
Files = Annotated[list[Path] | None, typer.Option("--file", help="A text that it is about; may be repeated.")]


def propose(
    words: Words,
    files: Files = None,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the plan there, to edit it first.")] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--without", metavar="STEP", help="Leave it out, and what needs it.")
    ] = None,
    workspace: OfWorkspace = None,
    yes: Yes = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Turn a goal into a plan; nothing runs before you say yes. With --json it is only shown, unless you say --yes.

    Example: clawdbot plans propose 'crawl reddit and news for NVDA and AMD, then summarize'
    """
    body = {"text": " ".join(words), "files": [_attached(each) for each in files or ()], **belonging(workspace)}
    if zone := local_timezone():
        body["timezone"] = zone
    with ApiClient(find_connection(api_url)) as api:
        answer = api.post("/goals", GoalAnswer, body)
        if answer.proposal is None and as_json:
            print_json(answer)
            raise typer.Exit(2)
        if answer.proposal is None:
            raise CliError("\n".join(_open(answer)))
        whole = answer.proposal.model_copy(update={"plan": answer.proposal.plan | belonging(workspace)})
        proposal = _part(api, whole, leave_out) if leave_out else whole
        if not as_json:
            _show(proposal)
        if save is not None:
            _save(save, proposal, quiet=as_json)
        if as_json and (save is not None or not yes):
            print_json(answer.model_copy(update={"proposal": proposal}))
        elif save is None and (wanted := proposal if yes else _agreed(api, proposal)):
            raise typer.Exit(submit(api, wanted.plan, follow=False, as_json=as_json))


def _attached(file: Path) -> dict[str, str]:
    return {"name": file.name, "text": text_of(file)}


def _open(answer: GoalAnswer) -> Iterator[str]:
    """What has to be said before there is a plan."""
    yield "Nothing was created."
    for each in answer.questions:
        hint = " (--file)" if each.field == "files" else ""
        yield f"{one_line(each.question, _LONGEST)}{hint}"
    if answer.note:
        yield one_line(answer.note, _LONGEST)


def _show(proposal: ProposedPlan) -> None:
    table = listing("STEP", "TYPE", ">TASKS", "NEEDS", "USUALLY", wraps=["NEEDS", "USUALLY"])
    steps = {each["id"]: each for each in proposal.plan["steps"]}
    for step in proposal.steps:
        needs = [*filter(None, [steps[step.step].get("each_of")]), *steps[step.step].get("needs", [])]
        asks = ", waits for your yes" if step.approval else ""
        tasks = "?" if step.tasks is None else f"{step.tasks:,}"
        table.add_row(step.step, safe(step.task_type), tasks, ", ".join(needs), _usually(step) + asks)
    screen().print(table)
    say(f"\nAll of it: {_usually(proposal.estimate)}. Proposed by {safe(proposal.by)}.")
    for each in (*proposal.obstacles, *proposal.notes):
        say(one_line(each, _LONGEST))


def _usually(taken: Estimate) -> str:
    """What is known of it."""
    said = [
        span(taken.seconds) if taken.seconds is not None else "",
        count(taken.calls, "call") if taken.calls else "",
        count(taken.tokens, "token") if taken.tokens else "",
        f"${taken.usd:.2f}" if taken.usd else "",
    ]
    return ", ".join(filter(None, said)) or "not known yet"


def _save(file: Path, proposal: ProposedPlan, *, quiet: bool) -> None:
    text = written(proposal.plan)
    try:
        file.expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        raise CliError(f"{safe(str(file))} cannot be written ({error.strerror}).") from None
    if not quiet:
        say(f"Written to {safe(str(file))}. Edit it, then: clawdbot plans add {safe(str(file))}")


def _agreed(api: ApiClient, proposal: ProposedPlan) -> ProposedPlan | None:
    """All of it, what is left of it once the person has said what to leave out, or nothing."""
    if not sys.stdin.isatty():
        raise CliError("Nothing was created. Say --yes to submit it, or --save FILE to edit it first.")
    while True:
        tasks = proposal.estimate.tasks
        all_of_it = "" if tasks is None else f" ({count(tasks, 'task')})"
        said = typer.prompt(f"Submit it{all_of_it}? yes, no, or the steps to leave out", default="no", err=True)
        match said.strip().lower():
            case "y" | "yes":
                return proposal
            case "n" | "no":
                return None
            case names:
                try:
                    proposal = _part(api, proposal, names.replace(",", " ").split())
                except CliError as error:
                    say(str(error))
                    continue
                _show(proposal)


def _part(api: ApiClient, proposal: ProposedPlan, leave_out: Sequence[str]) -> ProposedPlan:
    return api.post("/plans/estimate", ProposedPlan, {"plan": proposal.plan, "without": list(leave_out)})
