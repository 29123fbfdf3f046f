"""`clawdbot plans`: every command about plans, one line each."""

import typer

from cli.plans.again import export, rerun
from cli.plans.goals import propose
from cli.plans.reading import add, graph, list_plans, reviews, show, validate, watch_plan
from cli.plans.steering import approve, cancel, reject, request_changes, result, retry, skip

app = typer.Typer(
    no_args_is_help=True,
    help="Plans: steps, what each of them needs, and what becomes of failures.\n\n"
    "Example: clawdbot plans add examples/plans/morning.yaml --watch",
)

app.command("add")(add)
app.command("rerun")(rerun)
app.command("export")(export)
app.command("propose")(propose)
app.command("validate")(validate)
app.command("list")(list_plans)
app.command("show")(show)
app.command("watch")(watch_plan)
app.command("graph")(graph)
app.command("reviews")(reviews)
app.command("cancel")(cancel)
app.command("retry")(retry)
app.command("skip")(skip)
app.command("result")(result)
app.command("approve")(approve)
app.command("reject")(reject)
app.command("request-changes")(request_changes)
