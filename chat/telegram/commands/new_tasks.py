"""Commands that create: /add, /batch, plain language, /watch."""

import re
from collections.abc import Mapping
from typing import Any

from chat.telegram.command_call import Call, Usage
from chat.telegram.rewording import did_you_mean
from chat.telegram.texts import Answer, lines, safe
from contracts.agent.views import AgentView
from contracts.tasks.plain_language import MOST_CHARACTERS, CreatedFromTextView, ParsedText, Question, ReadText
from contracts.tasks.task_params import WordsUnclear, merge_words

_ADD = "Write it like /add reddit_crawl NVDA limit=200, or in plain words."
_BATCH = "Write it like /batch reddit_crawl NVDA AAPL TSLA limit=200."
_TICKER = re.compile(r"^\$?[A-Za-z][A-Za-z0-9.\-]{0,9}$")
_TASK_ID = re.compile(r"^[0-9a-fA-F]{8}[0-9a-fA-F-]*$")
#: One message shows them all.
_MOST_AT_ONCE = 50
#: Marks what came by chat.
_TAG = "telegram"
_WAITS = {"approval": "that shall wait for somebody's yes", "review": "whose result somebody shall look at"}


async def add(call: Call) -> Answer | None:
    """/add TYPE TICKER key=value…, or plain words."""
    if not call.words:
        raise Usage(f"{_ADD} {_types(await _schemas(call))}")
    schemas = await _schemas(call)
    if call.words[0].lower() not in schemas:
        return await _add_in_plain_words(call)
    task = _task(call.words, schemas)
    created = await call.api.post("/tasks", task, key=call.asked.key)
    await call.follow([created["id"]])
    return None


async def batch(call: Call) -> Answer | None:
    """/batch TYPE TICKER… key=value…: one task each, all or none."""
    schemas = await _schemas(call)
    if len(call.words) < 2 or call.words[0].lower() not in schemas:
        raise Usage(f"{_BATCH} {_types(schemas)}")
    tickers = [word for word in call.words[1:] if "=" not in word]
    _check_number(len(tickers), _BATCH)
    template = _task([call.words[0], *(word for word in call.words[1:] if "=" in word)], schemas)
    body = {"template": template, "tickers": [each.lstrip("$").upper() for each in tickers]}
    created = await call.api.post("/tasks/batch", body, key=call.asked.key)
    await call.follow(created["task_ids"], f"{template['task_type']} for {len(created['task_ids'])} tickers")
    return None


async def plain(call: Call) -> Answer | None:
    """What somebody writes without a command."""
    return await _add_in_plain_words(call)


async def watch(call: Call) -> Answer | None:
    """/watch NVDA keeps a ticker fresh; /watch ID follows a task here."""
    if len(call.words) != 1:
        raise Usage("Write /watch NVDA to keep a ticker fresh, or /watch ID to follow a task here.")
    if _TASK_ID.match(call.words[0]):
        await call.follow([await call.task_id("/watch ID")])
        return None
    ticker = call.words[0].lstrip("$").upper()
    if not _TICKER.match(ticker):
        raise Usage(f"{call.words[0]} is neither a ticker, such as NVDA, nor the beginning of a task's id.")
    found = await call.api.put(f"/tickers/{ticker}", {"tracked": True})
    named = f"<b>{safe(found['ticker'])}</b> is on the watchlist"
    agent = AgentView.model_validate(await call.api.get("/agent"))
    if agent.paused:
        return Answer(
            f"{named}, but the agent is off ({safe(agent.paused.reason, 200)}), so nothing is collected by itself. "
            f"/agent resume switches it on. /coverage {ticker}"
        )
    return Answer(f"{named}; the agent keeps its sources fresh. /coverage {ticker}")


async def _schemas(call: Call) -> dict[str, Mapping[str, Any]]:
    """Params schema by task type."""
    types = await call.api.get("/task-types")
    return {each["name"]: each["params_schema"] for each in types["task_types"]}


def _task(words: list[str], schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A submission. A word without ``=`` is the ticker; priority, tags, approval and review are of the task itself."""
    task_type = words[0].lower()
    params: dict[str, Any] = {}
    task: dict[str, Any] = {"task_type": task_type, "tags": [_TAG]}
    pairs = []
    for word in words[1:]:
        key, separator, value = word.partition("=")
        if not separator:
            params["ticker"] = _ticker(word, params)
        elif key == "priority":
            task["priority"] = value
        elif key == "tags":
            task["tags"] = [*filter(None, value.split(",")), _TAG]
        elif key == "approval":
            task["needs_approval"] = _yes(key, value)
        elif key == "review":
            task["needs_review"] = _yes(key, value)
        else:
            pairs.append(word)
    try:
        return {**task, "params": merge_words(params, pairs, schemas[task_type])}
    except WordsUnclear as error:
        raise Usage(str(error)) from None


def _yes(key: str, value: str) -> bool:
    if value.lower() not in ("yes", "no"):
        raise Usage(f"Write {key}=yes for a task {_WAITS[key]}.")
    return value.lower() == "yes"


def _ticker(word: str, params: Mapping[str, Any]) -> str:
    if "ticker" in params:
        raise Usage(f"{word} is a second ticker. {_BATCH}")
    if not _TICKER.match(word):
        raise Usage(f"{word} is neither a ticker nor key=value. {_ADD}")
    return word.lstrip("$").upper()


async def _add_in_plain_words(call: Call) -> Answer | None:
    parsed = ReadText.model_validate(await call.api.post("/tasks/parse", {"text": call.asked.text}))
    if not parsed.tasks:
        asked = [line for each in parsed.questions for line in _asked(each)]
        proposed = did_you_mean(parsed.suggestion) if parsed.suggestion else []
        return Answer(lines(*(asked or [f"I found no task in that. {safe(_ADD)}"]), "Nothing was created.", *proposed))
    _check_number(len(parsed.tasks), "Say it in smaller portions.")
    # The sentence itself, not what was read of it: "in an hour" is another time when this is done again.
    body = {"text": call.asked.text, "tags": [_TAG]}
    created = CreatedFromTextView.model_validate(await call.api.post("/tasks", body, key=call.asked.key))
    await call.follow([str(each) for each in created.task_ids], _understood(created.parsed))
    return None


def _asked(question: Question) -> list[str]:
    """Lines of HTML; a touch copies an answer."""
    return [safe(question.question, 600), *(f"<code>{safe(each, MOST_CHARACTERS)}</code>" for each in question.answers)]


def _check_number(number: int, hint: str) -> None:
    if not 1 <= number <= _MOST_AT_ONCE:
        raise Usage(f"By chat that must be 1 to {_MOST_AT_ONCE} tasks at once, and these are {number}. {hint}")


def _understood(parsed: ParsedText) -> str:
    said = ", ".join(f"{each.field}: {_shown(each.value)}" for each in parsed.understood[:10])
    left = ", ".join(parsed.notable[:10])
    return " ".join(filter(None, (f"Understood: {said}." if said else "", f"Not used: {left}." if left else "")))


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _types(schemas: Mapping[str, Any]) -> str:
    return f"Types: {', '.join(sorted(schemas))}."
