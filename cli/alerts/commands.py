"""`clawdbot alerts`: all its commands, one line each."""

from cli.lazy import group

app = group(
    "What happened that is worth telling, the rules for it, and where it is sent.\n\n"
    "Example: clawdbot alerts list --unread",
    {
        "list": "cli.alerts.notifications:list_notifications",
        "read": "cli.alerts.notifications:read",
        "deliveries": "cli.alerts.notifications:deliveries",
        "mute": "cli.alerts.muting:mute",
        "unmute": "cli.alerts.muting:unmute",
        "digest": "cli.alerts.digest:digest",
        "rules": "cli.alerts.rules:rules",
        "check": "cli.alerts.rules:check",
        "apply": "cli.alerts.rules:apply",
        "delete": "cli.alerts.rules:delete",
        "channels": "cli.alerts.channels:channels",
        "test": "cli.alerts.channels:try_out",
    },
)

former = group(
    "Now `clawdbot alerts`.",
    {
        "list": "cli.alerts.notifications:list_notifications",
        "read": "cli.alerts.notifications:read",
        "deliveries": "cli.alerts.notifications:deliveries",
        "mute": "cli.alerts.muting:mute",
    },
)
