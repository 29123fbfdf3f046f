"""Rows and columns of the table of faults, and the cells that make no sense. Everything else is tested.

Imports nothing: the table is also printed at the end of runs that have nothing to do with it.
"""

TYPES = (
    "reddit_crawl",
    "twitter_crawl",
    "news_crawl",
    "sec_filing_crawl",
    "ai_sentiment",
    "ai_summary",
    "api_update",
    "web_monitor",
    "llm_task",
)

CLEAN = "clean"
EMPTY = "empty"
PAGES = "pages"
TOO_MANY = "429"
ERROR = "500"
HANG = "hang"
BROKEN = "bad JSON"
CRASH = "crash"
KILL = "kill -9"
WALL = "wall"
ENCODING = "encoding"
CUT_OFF = "cut off"
UNDATED = "undated"

#: Column -> what it shows.
FAULTS = {
    CLEAN: "a run that nothing disturbs stores what the source has",
    EMPTY: "there is nothing to find: said, not failed over and over",
    PAGES: "page by page, up to the limit",
    TOO_MANY: "a short wait is sat out, a long one left to the next attempt",
    ERROR: "one error of the source's own, then it is well again",
    HANG: "the source takes the request and never answers",
    BROKEN: "an answer that cannot be read; one that breaks off, where any bytes can be (pages, documents, APIs)",
    CRASH: "the worker dies after each delivery, before it could note it",
    WALL: "a page leads to a consent form: never stored; the feed's own text is, or nothing",
    ENCODING: "the encoding stands in the header alone",
    CUT_OFF: "a packed answer breaks off, and nothing else says so",
    UNDATED: "a feed without dates: kept with the time of first sight, marked and counted",
    KILL: "on the real stack: kill -9 halfway, another worker goes on",
}

#: Columns that only these types can meet.
_ONLY = {
    WALL: ({"news_crawl", "web_monitor"}, "its source is an API"),
    ENCODING: ({"news_crawl", "sec_filing_crawl", "web_monitor"}, "its source sends JSON, which is UTF-8"),
    CUT_OFF: ({"news_crawl", "sec_filing_crawl", "web_monitor"}, "half of a JSON is none, see bad JSON"),
    UNDATED: ({"news_crawl"}, "it reads no feeds"),
}
NOT_APPLICABLE = {
    **{(name, fault): why for fault, (types, why) in _ONLY.items() for name in TYPES if name not in types},
    ("api_update", PAGES): "one call has one answer, which is cut at 16 KiB",
    ("web_monitor", PAGES): "one page is one row; its size and its diff are bounded",
}
