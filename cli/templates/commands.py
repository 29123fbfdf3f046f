"""`clawdbot templates`: every command about saved tasks and plans, one line each."""

from cli.lazy import group

app = group(
    "Saved tasks and plans with fields, run again and again.\n\nExample: clawdbot templates run morning ticker=NVDA",
    {
        "list": "cli.templates.looking:list_templates",
        "show": "cli.templates.looking:show_template",
        "save": "cli.templates.saving:save",
        "run": "cli.templates.running:run",
        "export": "cli.templates.saving:export",
        "import": "cli.templates.saving:load",
        "delete": "cli.templates.saving:delete",
    },
)
