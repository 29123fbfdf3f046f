"""`clawdbot schedules`: all its commands, one line each."""

from cli.lazy import group

app = group(
    "What runs by the clock: see it, preview it, steer it, write it as a file.\n\nExample: clawdbot schedules list",
    {
        "list": "cli.schedules.listing:list_schedules",
        "show": "cli.schedules.listing:show",
        "preview": "cli.schedules.listing:preview",
        "add": "cli.schedules.adding:add",
        "pause": "cli.schedules.steering:pause",
        "resume": "cli.schedules.steering:resume",
        "run": "cli.schedules.steering:run",
        "backfill": "cli.schedules.steering:backfill",
        "delete": "cli.schedules.steering:delete",
        "apply": "cli.schedules.files:apply",
        "export": "cli.schedules.files:export",
    },
)
