"""`clawdbot open`: the page is there, signed in, and nothing of the way in is left."""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import Visiting
from tests.stack.commands import REPOSITORY
from tests.stack.harness import RunningStack
from tests.support import warm


def opened(stack: RunningStack) -> str:
    """What the browser is told to open."""
    ran = warm.run(
        [sys.executable, "-m", "cli", "open", "--data-dir", str(stack.directory)],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "BROWSER": "echo opened %s", "CLAWDBOT_DATA_DIR": str(stack.directory)},
        input="",
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    [address] = re.findall(r"^opened (\S+)$", ran.stdout, re.MULTILINE)
    assert "code" not in ran.stdout
    return str(address)


def test_it_opens_signed_in_and_only_once(visit: Visiting, stack: RunningStack) -> None:
    address = opened(stack)
    file = Path(address.removeprefix("file://"))
    # Only its owner reads the way in, and nobody sees it among the processes of the machine.
    assert (file.is_file(), oct(file.stat().st_mode & 0o777)) == (True, "0o600")
    [code] = re.findall(r"#code=([\w-]+)", file.read_text())
    with visit() as first:
        first.page.goto(address)
        expect(first.page.get_by_role("button", name="You: admin")).to_be_visible()
        assert (code in first.page.url, first.page.url.rstrip("/#")) == (False, stack.api_url)
        first.page.reload()
        expect(first.page.get_by_role("button", name="You: admin")).to_be_visible()
    with visit() as second:
        second.page.goto(address)
        expect(second.page.get_by_role("alert")).to_contain_text("clawdbot open")
        second.sign_in_again()
    assert code not in stack.log("api")


def test_a_code_makes_nobody_somebody_else(visit: Visiting, stack: RunningStack) -> None:
    """Whoever is signed in stays so, whatever link they follow."""
    body = {"name": "olga", "role": "operator", "password": stack.secrets["admin_password"]}
    stack.api.http.post("/users", json=body).raise_for_status()
    with visit() as visitor:
        visitor.sign_in(name="olga")
        visitor.page.goto(opened(stack))
        expect(visitor.page).to_have_url(f"{stack.api_url}/")
        expect(visitor.page.get_by_role("button", name="You: olga")).to_be_visible()
