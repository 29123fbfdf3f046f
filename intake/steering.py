"""Sentences that ask for no task but for a command: "cancel the nvda crawl", "pause reddit", "what failed today?"."""

import re
from collections.abc import Callable

from intake.sentence import Sentence, pattern

FIELD = "command"
_LONGEST = 200
_POLITE = (
    r"(?:(?:please|pls|plz|hey|hi|yo|ok|okay|clawdbot|can you|can u|check|could you|would you|i want to|i'd like to"
    r"|tell me|let me know),? )*"
)


def _begins(words: str) -> re.Pattern[str]:
    return pattern(rf"^\s*{_POLITE}(?:{words})")


_AGENT = pattern(r"(?:the )?agent")
_ALL = pattern(
    r"everything|(?:it )?all(?: of (?:it|them))?(?: please| pls| plz| now)*\W*$|all (?:tasks|jobs|crawls|capabilities)"
)
_TICKER_LIST = r"(?:(?:my|the) )?(?:watch ?list|list|tickers)"


def command_for(sentence: Sentence) -> str | None:
    """Which command does it, on the command line, by chat and on the page; None: the sentence is none of these.

    The tickers and sources of the sentence are read already.
    """
    if len(sentence.text) > _LONGEST or sentence.of("url") or sentence.of("quoted"):
        return None
    for wanted, said in _COMMANDS:
        if wanted.search(sentence.text):
            words = said(sentence) if callable(said) else said
            if words:
                return words
    return None


def _tickers(sentence: Sentence) -> list[str]:
    return list(dict.fromkeys(str(each.value) for each in sentence.of("ticker")))


def _capability(sentence: Sentence) -> str | None:
    return next((str(each.value) for each in sentence.of("source")), None)


def _filter(sentence: Sentence) -> str:
    """Narrows a list of tasks to what the sentence is about."""
    type_, tickers = _capability(sentence), _tickers(sentence)
    return (f" --ticker {tickers[0]}" if tickers else "") + (f" --type {type_}" if type_ else "")


def _stop(sentence: Sentence) -> str:
    if _AGENT.search(sentence.text):
        return "To have the agent create nothing more: `clawdbot agent pause`, /agent pause by chat, or the page Agent."
    if _ALL.search(sentence.text) and not _tickers(sentence):
        return (
            "To hand out nothing new: `clawdbot capabilities pause --all --reason WHY`, or /pause all WHY by chat. "
            "What runs goes on until `clawdbot tasks cancel ID`."
        )
    return (
        f"To stop a task: `clawdbot tasks cancel ID`, with the id from `clawdbot tasks list{_filter(sentence)}`; "
        "/cancel ID by chat; or Cancel in the list of tasks."
    )


def _pause(sentence: Sentence, verb: str) -> str | None:
    if _AGENT.search(sentence.text):
        return f"That is `clawdbot agent {verb}`, /agent {verb} by chat, or the page Agent."
    what = _capability(sentence) or ("--all" if _ALL.search(sentence.text) else "CAPABILITY")
    why = " --reason WHY" if verb == "pause" else ""
    chat = what.replace("--all", "all") + (" WHY" if verb == "pause" else "")
    return f"That is `clawdbot capabilities {verb} {what}{why}`, /{verb} {chat} by chat, or the page Workers."


def _track(sentence: Sentence) -> str | None:
    tickers = " ".join(_tickers(sentence))
    return tickers and (
        f"To have it collected and kept fresh by the agent: `clawdbot tickers add {tickers}`, /watch {tickers} by "
        "chat, or the page Tickers. To collect it once, name a source, like 'reddit for $NVDA'."
    )


def _untrack(sentence: Sentence) -> str | None:
    tickers = " ".join(_tickers(sentence))
    return tickers and f"That is `clawdbot tickers remove {tickers}`, or the page Tickers."


def _about_sources(sentence: Sentence) -> bool:
    return bool(sentence.of("source") or sentence.of("filing_types") or sentence.of("subreddits"))


def _trade(sentence: Sentence) -> str | None:
    return None if _about_sources(sentence) else _TRADE


def _wait(sentence: Sentence) -> str | None:
    found = _WAITS.search(sentence.text)
    if found is None or _about_sources(sentence):
        return None
    seconds = int(found["number"]) * {"s": 1, "m": 60, "h": 3_600}[found["unit"].lower()]
    return f"That is `clawdbot tasks add delay seconds={seconds}`, or the task type delay on the page New task."


def _again(sentence: Sentence) -> str | None:
    return None if _about_sources(sentence) else _AGAIN


def _state(sentence: Sentence) -> str:
    return (
        f"How a task stands, and why it waits: `clawdbot tasks list{_filter(sentence)}`, then "
        "`clawdbot tasks show ID`; /status by chat; or the page Tasks."
    )


def _failed(sentence: Sentence) -> str:
    return (
        f"What failed, and why: `clawdbot tasks list --status failed{_filter(sentence)}`, /why ID by chat, or the page "
        "Tasks with the filter failed."
    )


def _results(sentence: Sentence) -> str:
    about = f" --ticker {_tickers(sentence)[0]}" if _tickers(sentence) else ""
    return (
        f"What was collected: `clawdbot records list KIND{about}` (`clawdbot records kinds` names them), or the page "
        "Records."
    )


def _fresh(sentence: Sentence) -> str:
    about = " ".join(["", *_tickers(sentence)[:1]])
    return f"How fresh the data is: `clawdbot tickers freshness`, /coverage{about} by chat, or the page Coverage."


_WATCHLIST = "What is on the watchlist: `clawdbot tickers list`, /coverage by chat, or the page Tickers."
_RUNNING = "What runs and what waits: `clawdbot tasks list --status running`, /queue by chat, or the page Tasks."
_STATUS = "How things stand: `clawdbot tasks list`, /status by chat, or the first page of the dashboard."
_WORKERS = "Who works: `clawdbot workers list`, /workers by chat, or the page Workers."
_RETRY = (
    "To run a task once more: `clawdbot tasks retry ID`, with the id from `clawdbot tasks list --status failed`; "
    "/retry ID by chat; or Retry in the list of tasks."
)
_AGAIN = (
    "To do an old task once more: `clawdbot tasks rerun ID`, with the id from `clawdbot tasks list`; with another "
    "ticker: `clawdbot tasks rerun ID ticker=NVDA`; or Do again on the page of the task."
)
_PRIORITY = (
    "To change the place of a task in its queue: `clawdbot tasks reprioritise ID PRIORITY`, with the id from "
    "`clawdbot tasks list`; or the page of the task."
)
_UNDO = (
    "To take back what the agent did: `clawdbot agent undo ID`, with the id from `clawdbot agent decisions`; a task is "
    "stopped by `clawdbot tasks cancel ID`, or /cancel ID by chat."
)
_TRADE = (
    "Nothing here trades, quotes prices or says what to buy: it collects and sums up what others say, like 'reddit "
    "sentiment of $NVDA' or 'summary of the news of $NVDA'."
)
_DELETE = (
    "To take what is over off the lists: `clawdbot tasks delete ID`, with the id from `clawdbot tasks list`; many at "
    "once on the page Tasks. What was collected stays."
)
_MONEY = "What the agent used of its budget: `clawdbot agent budget`, or the page Agent."
_HELP = (
    "What there is: `clawdbot --help`, /help by chat. A task is said like 'reddit for $NVDA', 'news for Apple this "
    "week' or 'reddit sentiment of $TSLA'."
)
_WAITS = re.compile(r"(?P<number>\d{1,6}) ?(?P<unit>s|m|h)", re.IGNORECASE)
_DECIDE = "To decide on a task: `clawdbot tasks {verb} ID`, /{verb} ID by chat, or the page of the task."

#: The first that fits counts.
_COMMANDS: tuple[tuple[re.Pattern[str], str | Callable[[Sentence], str | None]], ...] = (
    (_begins(r"(?:stop|pause|disable|(?:turn|switch) off) (?:the )?agent|(?:turn|switch) (?:the )?agent off"), _stop),
    (
        _begins(
            r"(?:resume|start|continue|unpause|enable|(?:turn|switch) on) (?:the )?agent"
            r"|(?:turn|switch) (?:the )?agent (?:back )?on"
        ),
        lambda each: _pause(each, "resume"),
    ),
    (_begins(r"(?:remove|drop|take) .*(?:from|off) " + _TICKER_LIST + r"|(?:untrack|unwatch|unfollow)"), _untrack),
    (_begins(r"cancel|stop|abort|kill|terminate"), _stop),
    (_begins(r"pause"), lambda each: _pause(each, "pause")),
    (_begins(r"resume|unpause|continue"), lambda each: _pause(each, "resume")),
    (
        _begins(
            r"again|once more|one more time|repeat (?:it|that|this|the last|yesterday)"
            r"|(?:the )?same(?: again)?(?: as| for|\W*$)"
            r"|do (?:it|that|this|the same)(?: thing)? (?:once )?(?:again|more)"
        ),
        _again,
    ),
    (_begins(r"retry|re-?run|run .* again|try .* again"), _RETRY),
    (
        _begins(
            r"(?:re)?prioriti[sz]e|(?:make|set|mark|move|bump|put) (?:the|my|that|this|all)(?: \S+){0,4}? "
            r"(?:crawls?|tasks?|jobs?)\b.*\b(?:urgent|critical|high|low|normal|priority|up|down|first|faster)"
        ),
        _PRIORITY,
    ),
    (_begins(r"(?:delete|remove|clear|hide|purge|clean up) (?:.* )?(?:tasks?|jobs?|crawls?)"), _DELETE),
    (_begins(r"undo|take (?:it|that|this) back|revert|roll ?back"), _UNDO),
    (
        _begins(
            r"(?:buy|sell|short) (?!interest|squeez|sell|position|rating|side|report)\S.*"
            r"|(?:what(?:'s|s| is) )?(?:the )?(?:(?:stock|share|current) )?(?:price|quote) (?:of|for) \S.*"
            r"|(?:should|shall|can) i (?:buy|sell|short|hold)|(?:is|are) .* an? (?:\w+ )?(?:buy|sell)"
        ),
        _trade,
    ),
    (_begins(r"(?:wait|sleep|pause)(?: for)? \d"), _wait),
    (_begins(r"approve"), _DECIDE.format(verb="approve")),
    (_begins(r"reject"), _DECIDE.format(verb="reject")),
    (
        _begins(
            r"(?:what|which|why|how many|show|list|any|did|has)\b.*"
            r"\b(?:fail(?:ed|s|ing|ures?)?|errors?|broken?|went wrong)"
        ),
        _failed,
    ),
    (_begins(r"(?:failures|errors)\W*$"), _failed),
    (
        _begins(r"(?:is|are|which|who|how many|show|list)\b.*\bworkers?\b|workers\W*$|who(?: is|'s|s)? work(?:s|ing)"),
        _WORKERS,
    ),
    (
        _begins(
            r"what(?:'s|s| is| are)? (?:running|queued|waiting|pending|in the queue|in progress)|queue\W*$"
            r"|(?:is |are )?(?:there )?any(?:thing| tasks?| jobs?| crawls?)? (?:is |are )?"
            r"(?:running|queued|waiting|pending)"
        ),
        _RUNNING,
    ),
    (
        _begins(
            r"(?:did|is|has|have|was|were|are) (?:\S+ ){0,4}?(?:crawls?|tasks?|jobs?|run)\b(?! of)"
            r"|why (?:is|are|does|do) .*\b(?:slow|stuck|wait(?:ing)?|pending|long)"
            r"|(?:when|how long|how far) (?:does|do|will|until|till|is|are|did) .*\b(?:crawls?|tasks?|jobs?|run)\b"
        ),
        _state,
    ),
    (
        _begins(
            r"status\W*$|how are things|how is it going|what(?:'s|s| is) (?:going on|up|the status)|what are you doing"
            r"|(?:show|get) (?:me )?(?:the )?status|are you (?:there|up|running|ok)"
        ),
        _STATUS,
    ),
    (
        _begins(
            r"(?:show|see|list|export|download|where (?:are|is)|get)\b.*\b(?:results?|records|rows|what (?:you|we) "
            r"(?:have|collected|found))(?! of operations)"
        ),
        _results,
    ),
    (_begins(r"how (?:fresh|old|recent|up to date)|freshness|coverage"), _fresh),
    (
        _begins(
            r"how much (?:did|do|have|has|does|will)\b.*\b(?:spen[dt]|costs?|pay|paid|used?)|budget\W*$|costs?\W*$"
        ),
        _MONEY,
    ),
    (_begins(r"help(?: me)?\W*$|commands\W*$|what can (?:you|i) (?:do|say)|how does this work|usage\W*$"), _HELP),
    (
        _begins(r"help me .*|how (?:do|can|would|should) (?:i|we|you) .*"),
        lambda each: None if _tickers(each) else _HELP,
    ),
    (
        _begins(
            r"(?:what(?:'s|s| is| are)?|which|show|list|see)(?: me)?(?: all)?(?: the)?(?: tickers?| stocks?)?"
            r"(?: are| is)?(?: on| in)? (?:my |the |our )?watch ?list\W*$"
        ),
        _WATCHLIST,
    ),
    (_begins(r"(?:track|follow|watch|keep (?:an eye on|track of)|keep .* fresh|monitor)"), _track),
    (_begins(rf"(?:add|put) .* (?:to|on) {_TICKER_LIST}"), _track),
)
