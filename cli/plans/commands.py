"""`clawdbot plans`: every command about plans, one line each."""

from cli.lazy import group

app = group(
    "Plans: steps, what each of them needs, and what becomes of failures.\n\n"
    "Example: clawdbot plans add examples/plans/morning.yaml --watch",
    {
        "add": "cli.plans.reading:add",
        "rerun": "cli.plans.again:rerun",
        "export": "cli.plans.again:export",
        "propose": "cli.plans.goals:propose",
        "validate": "cli.plans.reading:validate",
        "list": "cli.plans.reading:list_plans",
        "show": "cli.plans.reading:show",
        "watch": "cli.plans.reading:watch_plan",
        "graph": "cli.plans.reading:graph",
        "reviews": "cli.plans.reading:reviews",
        "cancel": "cli.plans.steering:cancel",
        "retry": "cli.plans.steering:retry",
        "skip": "cli.plans.steering:skip",
        "result": "cli.plans.steering:result",
        "approve": "cli.plans.steering:approve",
        "reject": "cli.plans.steering:reject",
        "request-changes": "cli.plans.steering:request_changes",
    },
)
