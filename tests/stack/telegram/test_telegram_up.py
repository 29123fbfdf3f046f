"""`clawdbot up` with a token: the bot is one of its processes, and the command line links to it."""

import re

from tests.stack.commands import clawdbot
from tests.stack.harness import RunningStack, eventually
from tests.stack.telegram.telegram_bot import ANNA
from tests.support.light import Light
from tests.telegram.bot_api import TOKEN, running_bot_api


def test_the_bot_of_clawdbot_up(light: Light) -> None:
    with running_bot_api() as telegram:
        environment = {
            "CLAWDBOT_TELEGRAM_TOKEN": TOKEN,
            "CLAWDBOT_TELEGRAM_USERS": str(ANNA),
            "CLAWDBOT_TELEGRAM_BOT_API": telegram.url,
            "NO_PROXY": "127.0.0.1",
        }
        with light(environment) as stack:
            assert "No Telegram account acts as you" in clawdbot(stack, "telegram", "status").stdout
            made = clawdbot(stack, "telegram", "link")
            [line] = re.findall(r"^\s+(/link \S+)$", made.stdout, re.MULTILINE)
            telegram.write(line, ANNA)
            telegram.hear("You act as <b>admin</b>", chat=ANNA)
            assert f"Telegram id {ANNA}" in clawdbot(stack, "telegram", "status").stdout
            stack.kill("telegram")
            eventually(lambda: stack.restarts("telegram") == 1, 60, "the supervisor starts it again")
            telegram.write("/status", ANNA)
            telegram.hear("<b>Open</b>", chat=ANNA)
            assert clawdbot(stack, "telegram", "unlink").returncode == 0
            telegram.write("/queue", ANNA)
            telegram.hear("who you are", chat=ANNA)
        assert TOKEN not in stack.log("telegram")
        assert "stopped" in stack.log("telegram")


def test_without_a_token_there_is_no_bot(stack: RunningStack) -> None:
    assert "telegram" not in stack.state["children"]
