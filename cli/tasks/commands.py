"""`clawdbot tasks`: every command about tasks, one line each."""

import typer

from cli.tasks.add import add
from cli.tasks.again import rerun
from cli.tasks.approval import approve, reject
from cli.tasks.bulk import bulk, bulk_list, bulk_stop, bulk_watch
from cli.tasks.changes import cancel, delete, note, reprioritise, retry
from cli.tasks.detail import show_task
from cli.tasks.page import list_tasks
from cli.tasks.plain_language import parse
from cli.tasks.watching import watch_tasks

app = typer.Typer(
    no_args_is_help=True, help="Submit tasks, look at them, steer them.\n\nExample: clawdbot tasks list --status failed"
)

app.command("add")(add)
app.command("parse")(parse)
app.command("list")(list_tasks)
app.command("show")(show_task)
app.command("watch")(watch_tasks)
app.command("cancel")(cancel)
app.command("retry")(retry)
app.command("rerun")(rerun)
app.command("approve")(approve)
app.command("reject")(reject)
app.command("reprioritise")(reprioritise)
app.command("note")(note)
app.command("delete")(delete)
app.command("bulk")(bulk)
app.command("bulk-list")(bulk_list)
app.command("bulk-watch")(bulk_watch)
app.command("bulk-stop")(bulk_stop)
