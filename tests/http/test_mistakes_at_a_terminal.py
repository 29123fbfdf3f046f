"""What people type wrong at the command line: an exit code, a sentence, and what to do next. Nothing is changed."""

import json
import shlex
from pathlib import Path

import pytest

from tests.http.terminal import Terminal, terminal
from tests.support.facade import Facade

__all__ = ["terminal"]

MISTAKES = {
    "list": (2, "there is `clawdbot tasks list`,"),
    "pages": (2, "There is no command 'pages' here."),
    "help": (2, "it is `clawdbot --help`"),
    "help tasks": (2, "it is `clawdbot tasks --help`"),
    "version": (2, "it is `clawdbot --version`"),
    "ls": (2, "it is `clawdbot tasks list`"),
    "watchlist add NVDA": (2, "it is `clawdbot tickers`"),
    "--json tasks list": (2, "--json stands behind the command"),
    "--api-url=http://127.0.0.1:1 tasks list": (2, "--api-url stands behind the command"),
    "task list": (2, "Did you mean 'tasks'?"),
    # As other tools have it.
    "list tasks": (2, "it is `clawdbot tasks list`."),
    "describe task 12345678": (2, "it is `clawdbot tasks show 12345678`."),
    "create schedule m echo": (2, "it is `clawdbot schedules add m echo`."),
    "logs 12345678": (2, "it is `clawdbot tasks show ID`."),
    "whoami": (2, "it is `clawdbot users me`."),
    "down": (2, "Ctrl-C what `clawdbot up` or `clawdbot start` began."),
    "config set api_url http://x": (2, "`clawdbot login ADDRESS` says which ClawdBot is meant."),
    "init": (2, "`clawdbot up` begins"),
    "run": (2, "it is `clawdbot up`."),
    "run echo": (2, "it is `clawdbot tasks add echo` or `clawdbot add echo`."),
    "reddit NVDA": (2, "`clawdbot add 'reddit NVDA'`."),
    "'news for nvda'": (2, "`clawdbot add 'news for nvda'`."),
    "-v": (2, "it is `clawdbot --version`."),
    "--profile prod tasks list": (2, "CLAWDBOT_PROFILE=NAME"),
    "pause reddit_crawl": (2, "It is `clawdbot capabilities pause NAME --reason WHY` or"),
    "tasks ls": (2, "It is `clawdbot tasks list`."),
    "tasks logs 12345678": (2, "`clawdbot tasks show`"),
    "tasks nvda": (2, "One of them is shown by `clawdbot tasks show nvda`."),
    "schedules remove m": (2, "It is `clawdbot schedules delete`."),
    "agent stop": (2, "It is `clawdbot agent pause`."),
    "users add anna": (2, "It is `clawdbot users create`."),
    "workers start": (2, "`clawdbot start`."),
    "worker start": (2, "`clawdbot start`."),
    "tasks cancel --all": (2, "Many at once: `clawdbot tasks bulk cancel`"),
    "tasks list --failed": (2, "It is --status failed."),
    "tasks list failed": (2, "It is --status failed."),
    "tasks list NVDA": (2, "It is --ticker NVDA."),
    "tasks list -o json": (2, "It is --json."),
    "tasks list -n 5": (2, "It is --limit."),
    "tasks list --watch": (2, "There is `clawdbot tasks watch`."),
    "tasks add --type echo": (2, "It is said without --type: `clawdbot tasks add TYPE"),
    "schedules add m --type echo --every 1d": (2, "It is said without --type: `clawdbot schedules add NAME TYPE"),
    "tasks add reddit_crawl --subreddits stocks": (2, "A param is written without dashes: subreddits=…"),
    "tasks add 'reddit for nvda'": (2, "clawdbot add 'reddit for nvda'"),
    "schedules add m 'every day at 7 reddit for nvda'": (2, "clawdbot add 'every day at 7 reddit for nvda'"),
    "schedules add m echo": (2, "Say when, in one way: --every 1d, --cron '0 7 * * MON-FRI'"),
    "tasks cancel all": (2, "as in `clawdbot tasks bulk cancel --status running`."),
    "submit echo": (2, "it is `clawdbot tasks add`."),
    "nvda news": (2, "`clawdbot add 'nvda news'`."),
    "get tasks": (2, "it is `clawdbot tasks list`."),
    "audit ''": (2, "Got unexpected extra argument"),
    "tasks --json list": (2, "No such option: --json"),
    "audit list": (2, "It is `clawdbot audit` alone."),
    "tasks note 12345678 checked by hand": (2, "What has spaces in it stands in quotes."),
    "new-tsak": (2, "There is no command 'new-tsak' here."),
    "add ''": (2, "Say what is to be done, like"),
    "tasks lst": (2, "Did you mean 'list'?"),
    "tasks list --sinse yesterday": (2, "--since"),
    "tasks list --status runing": (2, "'runing' is not one of 'scheduled'"),
    "tasks list --type redit_crawl": (5, "There is no task type 'redit_crawl'; did you mean reddit_crawl?"),
    "tasks list --worker nobody": (5, "There is no worker 'nobody'"),
    "tasks list --since lastweek": (2, "'lastweek' is no time. Write one like 2030-01-31, yesterday"),
    "tasks list --limit 0": (2, "must be greater than or equal to 1"),
    "tasks show zzzz": (2, "is no task id. Give the id, or at least its first 4 characters."),
    "tasks show 12345678": (5, "`clawdbot tasks list` shows them."),
    "tasks cancel 12345678": (5, "`clawdbot tasks list` shows them."),
    "tasks add": (2, "Missing argument 'TYPE'."),
    "tasks add redit_crawl ticker=NVDA": (2, "did you mean reddit_crawl?"),
    "tasks add reddit_crawl tickr=NVDA": (2, "params.tickr: there is no such field; did you mean ticker?"),
    "tasks add reddit_crawl ticker=NVDA limit=abc": (2, "params.limit: must be a whole number"),
    "tasks add reddit_crawl": (2, "params.ticker: is missing"),
    "tasks add echo message": (2, "'message' is not key=value. Write params like ticker=NVDA limit=300."),
    "tasks add echo --priority urgent": (2, "use critical, high, normal, low, or a number"),
    "tasks add echo --at tomorrow": (2, "'tomorrow' is a day. Give the time, too, such as 'tomorrow 8:00'."),
    "tasks show 3f0c8a52-7d41-4b6e-9a83-5c2e1d9b7f60": (5, "There is no such task. `clawdbot tasks list` shows"),
    "keys revoke 3f0c8a52": (5, "There is no such key that is still valid. `clawdbot keys list` shows"),
    "alerts mute nothing --for 1h": (5, "There is no such alert rule. `clawdbot alerts rules` shows"),
    "alerts deliveries 999999": (5, "There is no such notification. `clawdbot alerts list` shows"),
    "tickers set ZZZ --watchers 3": (5, "This ticker is not on the watchlist. `clawdbot tickers list` shows"),
    "tasks add reddit_crawl ticker=nv!": (2, "params.ticker: must be a ticker such as NVDA"),
    "tasks list --sort age": (2, "must be one of created_at, updated_at"),
    "records list posts": (2, "'reddit_posts'"),
    "records export reddit_posts --format xml": (2, "'xml' is not one of 'csv'"),
    "workers show nobody": (5, "There is no worker 'nobody'. Workers:"),
    "workers invite --capabilities redit_crawl": (2, "No task type needs redit_crawl."),
    "capabilities pause redit_crawl --reason x": (5, "There is no capability 'redit_crawl'"),
    "agent undo 37ac0641": (
        5,
        "No decision has an id that begins with 37ac0641. `clawdbot agent decisions`",
    ),
    "agent undo 37a": (2, "at least its first 4 characters"),
    "plans show 37ac0641": (5, "No plan has an id that begins with 37ac0641. `clawdbot plans list` shows them."),
    "plans show morning": (2, "'morning' is no plan id. Give the id, or at least its first 4 characters."),
    "users create somebody": (
        2,
        "There is nobody to ask for a password here: give it on stdin, with --password-stdin.",
    ),
    "alerts read": (2, "Say which: the numbers of `clawdbot alerts list`, or --up-to"),
    "alerts read 1 --up-to 2": (2, "Say which: the numbers of `clawdbot alerts list`, or --up-to"),
    "failures list --type redit_crawl": (5, "There is no task type 'redit_crawl'; did you mean reddit_crawl?"),
    "tasks bulk cancel --type redit_crawl --dry-run": (5, "did you mean reddit_crawl?"),
    "plans result 12345678 a 7": (2, "The result must be a JSON object, such as '{\"rows\": 12}'."),
    "schedules add s echo --every 1d --input a=b": (2, "--input is for a plan."),
    "users me --api-url localhost:8000": (2, "is not an address. Give it like https://clawdbot.example.com."),
    "users me --api-url http://127.0.0.1:1": (3, "Nothing answers at http://127.0.0.1:1."),
    "login http://127.0.0.1:1 --user a --password-stdin": (3, "Nothing answers at http://127.0.0.1:1."),
    "login ftp://example.com --user a --password-stdin": (2, "is not an address"),
}


@pytest.fixture
def at_home(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_a_sentence(words: str, at_home: Terminal) -> None:
    code, sentence = MISTAKES[words]
    told, said = at_home(*shlex.split(words))
    assert (told, sentence in said) == (code, True), said
    # In words of people: not of pydantic, of Typer's boxes, or of the API.
    assert not any(
        odd in said for odd in ("Value error", "Input should", "pydantic", "╭", "^^^^", "/api/v1", "Traceback")
    )


@pytest.mark.parametrize(
    "words",
    [
        "plans add", "plans validate", "schedules apply", "triggers apply", "triggers add x", "triggers change x",
        "templates import x", "templates save x --file", "alerts check", "alerts apply", "plans propose read --file",
    ],
)  # fmt: skip
def test_a_file_that_is_no_text(words: str, at_home: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\xff")
    assert at_home(*words.split(), str(file)) == (2, f"{file} is not a text file.\n")
    assert at_home(*words.split(), str(tmp_path / "none")) == (
        2, f"{tmp_path / 'none'} cannot be read (No such file or directory).\n",
    )  # fmt: skip


def test_settings_of_a_worker_that_are_no_yaml(at_home: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "worker.yaml"
    file.write_text("api_key: [\n")
    code, said = at_home(
        "workers", "join", "7KQ2-M0XR-9TDV", "--api-url", "http://127.0.0.1:1", "--config", str(file), "--force"
    )
    assert (code, said) == (2, f"{file} is not YAML, so it is not replaced. Name another file with --config.\n")


@pytest.mark.parametrize("words", ["tasks show 12345678", "tasks add echo --at tomorrow", "tasks list --type x"])
def test_a_script_gets_its_mistakes_as_json(words: str, at_home: Terminal) -> None:
    code, said = at_home(*shlex.split(words), "--json")
    told = json.loads(said)
    assert (told["exit_code"], bool(told["error"])) == (code, True)


def test_the_server_speaks_no_tls(at_home: Terminal, stack: Facade) -> None:
    code, said = at_home("users", "me", "--api-url", stack.api_url.replace("http://", "https://"))
    assert (code, "http://" in said) == (3, True), said
