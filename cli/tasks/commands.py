"""`clawdbot tasks`: every command about tasks, one line each."""

from cli.lazy import group

app = group(
    "Submit tasks, look at them, steer them.\n\nExample: clawdbot tasks list --status failed",
    {
        "add": "cli.tasks.add:add",
        "parse": "cli.tasks.plain_language:parse",
        "list": "cli.tasks.page:list_tasks",
        "show": "cli.tasks.detail:show_task",
        "watch": "cli.tasks.watching:watch_tasks",
        "cancel": "cli.tasks.changes:cancel",
        "retry": "cli.tasks.changes:retry",
        "rerun": "cli.tasks.again:rerun",
        "approve": "cli.tasks.approval:approve",
        "reject": "cli.tasks.approval:reject",
        "reprioritise": "cli.tasks.changes:reprioritise",
        "note": "cli.tasks.changes:note",
        "delete": "cli.tasks.changes:delete",
        "bulk": "cli.tasks.bulk:bulk",
        "bulk-list": "cli.tasks.bulk:bulk_list",
        "bulk-watch": "cli.tasks.bulk:bulk_watch",
        "bulk-stop": "cli.tasks.bulk:bulk_stop",
    },
)
