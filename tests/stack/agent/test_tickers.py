"""The watchlist on the command line."""

from pathlib import Path

import pytest

from tests.stack.commands import clawdbot
from tests.stack.harness import RunningStack


@pytest.mark.usefixtures("api")
def test_the_command_line(stack: RunningStack, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("ticker,watchers\nWTHA,7\nWTHB,x\n")
    refused = clawdbot(stack, "tickers", "import", str(file))
    assert refused.returncode == 2
    assert "Nothing was imported: 1 mistake in the file." in refused.stderr
    assert "line 3: watchers: must be a whole number" in refused.stderr
    file.write_text("ticker,watchers\nWTHA,7\n")
    assert clawdbot(stack, "tickers", "import", str(file)).stdout == "1 ticker added, 0 changed, 0 as they were.\n"
    assert clawdbot(stack, "tickers", "set", "WTHA", "--score", "5").stdout == "WTHA is tracked: 7 watchers, score 5.\n"
    assert "WTHA" in clawdbot(stack, "tickers", "list", "--after", "WTH").stdout
    ranked = clawdbot(stack, "agent", "ranking", "--ticker", "WTHA", "--source", "news", "--weight", "watchers=9")
    assert "Never collected, wanted every 12.0 h; 7 watchers." in ranked.stdout
    assert " h against " in clawdbot(stack, "tickers", "scan", "--hours", "2").stdout
    assert clawdbot(stack, "tickers", "remove", "WTHA").returncode == 0
    assert clawdbot(stack, "tickers", "remove", "WTHA").returncode == 5
