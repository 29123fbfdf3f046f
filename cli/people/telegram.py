"""`clawdbot telegram`: which Telegram account acts as you."""

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say, say_done
from cli.text import ago, one_line
from contracts.people.views import TelegramCodeView, TelegramLinkView

app = typer.Typer(
    no_args_is_help=True, help="Link your Telegram account, see it, end that.\n\nExample: clawdbot telegram link"
)


@app.command()
def link(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Make a code that links the Telegram account you send it from to you.

    Example: clawdbot telegram link
    """
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/me/telegram", TelegramCodeView)
    if as_json:
        print_json(made)
        return
    say(f"In a private chat with the bot, send:\n\n  /link {one_line(made.code)}\n")
    say(f"The code works once and ends {ago(made.expires_at)}.")


@app.command()
def status(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show which account acts as you.

    Example: clawdbot telegram status
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/me/telegram", TelegramLinkView)
    if as_json:
        print_json(found)
    elif found.linked and found.linked_at:
        name = one_line(found.telegram_name, 60)
        say(f"{name} (Telegram id {found.telegram_user_id}) acts as you, linked {ago(found.linked_at)}.")
    else:
        say("No Telegram account acts as you. `clawdbot telegram link` makes a code.")


@app.command()
def unlink(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """End the link: the account can do nothing more here.

    Example: clawdbot telegram unlink
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete("/me/telegram")
    say_done("No Telegram account acts as you any more.", as_json)
