"""`clawdbot failures`: every command about tasks that failed alike, one line each."""

from cli.lazy import group

app = group(
    "Tasks that failed alike: why, and what is done about all of them.\n\nExample: clawdbot failures list",
    {
        "list": "cli.failures.looking:list_failures",
        "show": "cli.failures.looking:show_failure",
        "edit": "cli.failures.mending:edit",
        "canary": "cli.failures.mending:canary",
        "release": "cli.failures.mending:release",
        "retry": "cli.failures.mending:retry",
        "resolve": "cli.failures.deciding:resolve",
        "mute": "cli.failures.deciding:mute",
        "reopen": "cli.failures.deciding:reopen",
        "note": "cli.failures.deciding:note",
    },
)
