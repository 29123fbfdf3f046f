"""Reads where to collect and what to do: Reddit, X, news, SEC filings; sentiment, summaries, pages to watch."""

import re
from difflib import get_close_matches

from intake.sentence import Sentence, pattern

#: Subreddits that may be named without r/ beside the word "subreddit".
_SUBREDDITS = (
    "wallstreetbets stocks investing options stockmarket pennystocks valueinvesting securityanalysis daytrading "
    "dividends thetagang smallstreetbets spacs"
).split()
_KNOWN = "|".join(_SUBREDDITS)
#: Nobody has another one in mind that is called nearly so.
_LONG_NAMES = [each for each in _SUBREDDITS if len(each) > 12]
_ONE = pattern(r"/?r/(?P<name>[A-Za-z0-9][A-Za-z0-9_]{1,20})")
_FAMOUS = pattern(r"(?P<name>wallstreetbets|wsb)")
_NAMED = pattern(
    rf"(?:the )?(?:subreddits? (?P<behind>(?:{_KNOWN})(?:(?:, ?| and |, and )(?:{_KNOWN}))*)"
    rf"|(?P<before>{_KNOWN}) subreddit)"
)

_FORM = r"(?:10-?[KQ](?:/A)?|8-?K(?:/A)?|20-?F|6-?K|S-?1|DEF ?14A)"
_FORMS = pattern(rf"(?:forms? )?(?P<form>{_FORM})(?:s|'s)?(?: (?:filings?|forms?|reports?))?")
_FORM_NUMBER = pattern(r"forms? (?P<form>[345])s?(?: filings?)?")
#: One filing, and the newest.
_LATEST = pattern(rf"(?:the )?(?:latest|last|newest|most recent)(?= (?:{_FORM}|annual report|quarterly report)\b)")
_REPORTS = pattern(
    r"(?P<kind>annual|quarterly) reports?|(?P<proxy>proxy) statements?"
    r"|(?P<insider>insider) (?:trades?|trading|transactions?)"
)
_KINDS = {"annual": "10-K", "quarterly": "10-Q", "proxy": "DEF 14A", "insider": "4"}
FEEDS = {
    "yahoo finance": "yahoo_finance", "google news": "google_news", "seeking alpha": "seeking_alpha",
    "marketwatch": "marketwatch", "cnbc": "cnbc",
}  # fmt: skip
_FEED = pattern(rf"(?P<name>{'|'.join(FEEDS)})")
_WORDS = {
    "twitter_crawl": pattern(
        r"(?:tweets|twitter(?: ?/ ?x| \(x\))?|x \(twitter\)|x ?/ ?twitter|x(?= posts)"
        r"|x(?=,? (?:and |& )?(?:reddit|news|sec|filings|wsb)))(?: posts?)?"
        r"|(?:posts|mentions) (?:on|from) x"
    ),
    "news_crawl": pattern(r"news(?: (?:articles?|stories|headlines))?|(?:articles|headlines)"),
    "sec_filing_crawl": pattern(r"(?:(?:sec|edgar)[ -])?(?:filings|filing)|edgar|sec(?! \w)"),
    "reddit_crawl": pattern(r"reddit(?:'s)?|subreddits?"),
}

_SENTIMENT = pattern(
    r"(?:(?:score|scoring|rate|analy[sz]e|measure|do|compute|calculate) (?:the |its |their |it |them )?(?:for |of )?)?"
    r"(?:the )?(?:ai )?sentiments?(?: (?:analysis|scores?|scoring))?"
    r"|score (?:the |these |those )?(?:posts|tweets|mentions|it|them)"
)
#: Apart from the sentiment that it belongs to: "score the Reddit sentiment".
_SCORE = pattern(r"(?:score|scoring|analy[sz]e|measure)")
_SCORE_FIRST = pattern(r"^\s*(?:please )?score")
_SUMMARY = pattern(
    r"(?:(?:write|make|create|do|prepare|give me) )?(?:(?:an|a|the) )?(?:ai )?summar(?:y|ies)"
    r"|summari[sz]e|sum (?:it|them|this|that) up|tl;?dr"
)
_ENTITIES = pattern(r"extract (?:the |all )?entities(?: (?:from|in|of))?")
_ANALYZE = pattern(r"analy[sz]e(?=:? ?\x00)")
_QUOTED = re.compile(r'"(?P<words>[^"]*)"')

_URL = re.compile(r"https?://[^\s\x00\"<>]*[^\s\x00\"<>.,;:!?)]", re.IGNORECASE)
_BARE_PAGE = re.compile(
    r"(?<![\w/@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|gov|co|de|uk|eu)(?![\w-])(?:/[^\s\x00\"<>]*[^\s\x00\"<>.,;:!?)])?",
    re.IGNORECASE,
)
_WATCH = pattern(
    r"(?:monitor|watch|observe|check|keep an eye on|(?:tell me|let me know|alert me|notify me) (?:when|if))"
    r"(?: (?:the )?(?:page|site|website)(?: at)?)?(?: for (?:any )?changes)?"
)
_CHANGES = pattern(r"(?:for|to see) (?:any )?(?:changes|if (?:it|anything) (?:changes|changed))|changes")
#: To the end, or to a comma; what of it is no selector is left to the others.
_SELECTOR = pattern(r"(?:(?:with|and|using|under|at) )?(?:the )?(?:css )?selector:? ?(?P<selector>[^,;\x00]+)")
_QUOTED_SELECTOR = pattern(r'(?:(?:with|and|using|under|at) )?(?:the )?(?:css )?selector:? ?"(?P<selector>[^"\x00]+)"')
_ELEMENT = pattern(r"(?:in|of|at|inside|within) (?:the )?(?:element )?(?P<selector>[.#][A-Za-z][\w.#\[\]=-]*)")
_PART = re.compile(
    r"\S*[.#\[>:*+~]\S*|(?:div|span|p|table|tbody|tr|td|th|h[1-6]|ul|ol|li|a|main|article|section|body|header|footer|nav|dl"
    r"|dt|dd|pre|form|img|strong|em|b)$",
    re.IGNORECASE,
)


def read_quotes(sentence: Sentence) -> None:
    for found in sentence.find(_QUOTED):
        sentence.take("quoted", found["words"], found.span())


def read_pages(sentence: Sentence) -> None:
    """Take addresses, and that they are to be watched."""
    for found in sentence.find(_URL):
        sentence.take("url", found[0], found.span())
    for found in sentence.find(_BARE_PAGE):
        if "/" in found[0] or _WATCH.search(sentence.rest, 0, found.start()):
            question = f'"{found[0]}": write the whole address, https://{found[0]}.'
            sentence.ask("url", question, found.span(), [sentence.instead(found.span(), f"https://{found[0]}")])
    if sentence.of("url"):
        for wanted in (_WATCH, _CHANGES):
            for found in sentence.find(wanted):
                sentence.take("task_type", "web_monitor", found.span())


def read_selectors(sentence: Sentence) -> None:
    """Take which part of the page is meant."""
    if not sentence.of("url"):
        return
    for found in sentence.find(_QUOTED_SELECTOR):
        sentence.take("selector", found["selector"].strip(), found.span())
    for wanted in (_SELECTOR, _ELEMENT):
        for found in sentence.find(wanted):
            parts: list[str] = []
            for part in found["selector"].split():
                if not _PART.match(part):
                    break
                parts.append(part)
            if parts:
                end = found.start("selector") + found["selector"].rindex(parts[-1]) + len(parts[-1])
                sentence.take("selector", " ".join(parts).rstrip("."), (found.start(), end))


def read_numbered_forms(sentence: Sentence) -> None:
    """Take "Form 4", whose number is no count of filings, and the "latest" of "latest 10-K", which is one."""
    for found in sentence.find(_LATEST):
        if not re.search(r"\d\s*$", sentence.text[: found.start()]):
            sentence.take("limit", 1, found.span())
    for found in sentence.find(_FORM_NUMBER):
        sentence.take("filing_types", [found["form"]], found.span())


def read_sources(sentence: Sentence) -> None:
    """Take the sources, each as the task type that collects from it, and what of them is named."""
    for wanted in (_ONE, _FAMOUS):
        for found in sentence.find(wanted):
            _read_subreddit(sentence, found)
    for found in sentence.find(_NAMED):
        names = re.findall(_KNOWN, found["behind"] or found["before"], re.IGNORECASE)
        sentence.take("subreddits", [each.lower() for each in names], found.span())
    for found in sentence.find(_FORMS):
        sentence.take("filing_types", [_form(found["form"])], found.span())
    for found in sentence.find(_REPORTS):
        kind = (found["kind"] or found["proxy"] or found["insider"]).lower()
        sentence.take("filing_types", [_KINDS[kind]], found.span())
    for found in sentence.find(_FEED):
        sentence.take("sources", [FEEDS[" ".join(found["name"].lower().split())]], found.span())
    for task_type, wanted in _WORDS.items():
        for found in sentence.find(wanted):
            sentence.take("source", task_type, found.span())


def read_analyses(sentence: Sentence) -> None:
    """Take what is to be done with the collected rows, or with a quoted text."""
    for task_type, wanted in (("ai_sentiment", _SENTIMENT), ("ai_summary", _SUMMARY)):
        for found in sentence.find(wanted):
            sentence.take("analysis", task_type, found.span())
    if any(each.value == "ai_sentiment" for each in sentence.of("analysis")):
        for found in sentence.find(_SCORE):
            sentence.take("analysis", "ai_sentiment", found.span())
    for found in sentence.find(_SCORE_FIRST):
        sentence.take("analysis", "ai_sentiment", found.span())
    if sentence.of("quoted"):
        for operation, wanted in (("extract_entities", _ENTITIES), ("analyze", _ANALYZE)):
            for found in sentence.find(wanted):
                sentence.take("operation", operation, found.span())


def _read_subreddit(sentence: Sentence, found: re.Match[str]) -> None:
    name = found["name"]
    near = get_close_matches(name.lower(), _LONG_NAMES, n=1, cutoff=0.9)
    if near and near[0] != name.lower():
        question = f'"{sentence.words(found.span()).strip()}": is r/{near[0]} meant?'
        sentence.ask("subreddits", question, found.span(), [sentence.instead(found.span(), f"r/{near[0]}")])
    else:
        sentence.take("subreddits", [_subreddit(name)], found.span())


def _subreddit(name: str) -> str:
    return "wallstreetbets" if name.lower() == "wsb" else name


def _form(written: str) -> str:
    """As the SEC writes it: 10k is 10-K."""
    plain = written.upper().replace(" ", "").replace("-", "")
    for short, form in (("10K", "10-K"), ("10Q", "10-Q"), ("8K", "8-K"), ("20F", "20-F"), ("6K", "6-K"), ("S1", "S-1")):
        if plain.startswith(short):
            return form + plain.removeprefix(short)
    return "DEF 14A" if plain == "DEF14A" else plain
