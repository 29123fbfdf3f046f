"""Sentences made up and tried later, before the rules were looked at; they are of the half that is tuned on."""

from tests.intake.readings import (
    Reading,
    after,
    asked,
    cannot,
    done,
    filings,
    last,
    news,
    reddit,
    since,
    steers,
    task,
    tweets,
)

WSB = ["wallstreetbets"]
_BANKS = ("JPM", "BAC", "WFC", "C", "GS")
_CHIPS = ("NVDA", "TSM", "AVGO", "AMD", "INTC")
_AIRLINES = ("DAL", "UAL", "AAL", "LUV", "JBLU")
_TODAY, _YESTERDAY = since("2026-11-24", "2026-11-24"), since("2026-11-23", "2026-11-23")
_MONDAY = since("2026-11-23")
_LAST_QUARTER = since("2026-07-01", "2026-09-30")


def _annual(ticker: str) -> dict[str, object]:
    return filings(ticker, filing_types=["10-K"])


def _annual_of(ticker: str, year: int, **said: object) -> dict[str, object]:
    """Filed in that year."""
    return filings(ticker, filing_types=["10-K"], date_range=since(f"{year}-01-01", f"{year}-12-31"), **said)


TRIED: list[tuple[str, Reading]] = [
    (
        "get me reddit posts about nvidia from wallstreetbets since last friday",
        done(reddit("NVDA", subreddits=WSB, date_range=since("2026-11-20"))),
    ),
    ("10-K filings of microsoft and alphabet", asked("alphabet", leads=[_annual("MSFT"), _annual("GOOGL")])),
    (
        "top 5 posts on r/stocks about AMD this week",
        done(reddit("AMD", subreddits=["stocks"], date_range=_MONDAY, limit=5, order="best")),
    ),
    ("reddit for coca cola, news for pepsi and filings for nike", done(reddit("KO"), news("PEP"), filings("NKE"))),
    (
        "everything about tesla except tweets",
        asked("everything", leads=[reddit("TSLA"), news("TSLA"), filings("TSLA")]),
    ),
    ("all sources for NVDA but no filings", asked("all sources", leads=[reddit("NVDA"), tweets("NVDA"), news("NVDA")])),
    ("all sources for NVDA", asked("all sources", leads=[one("NVDA") for one in (reddit, tweets, news, filings)])),
    # Sectors are nobody's ticker.
    ("semiconductor stocks on reddit", asked("semiconductor", leads=[reddit(each) for each in _CHIPS])),
    (
        "news about the big banks yesterday",
        asked("big banks", leads=[news(each, date_range=_YESTERDAY) for each in _BANKS]),
    ),
    ("airline stocks tweets", asked("airline", leads=[tweets(each) for each in _AIRLINES])),
    ("Bitcoin news", asked("bitcoin", leads=[news("IBIT")])),
    # Other languages.
    ("Nachrichten über Apple von heute", asked("German", leads=[news("AAPL", date_range=_TODAY)])),
    ("täglich um 6 Uhr Reddit zu NVDA", asked("German", "daily at 06:00")),
    ("morgen um 8 die Nachrichten über Microsoft", asked("German", leads=[news("MSFT", at="2026-11-25T08:00")])),
    ("heute Abend um 20 Uhr SEC-Filings von Tesla", asked("German", leads=[filings("TSLA", at="2026-11-24T20:00")])),
    ("letzte 7 tage reddit $GME", asked("German", leads=[reddit("GME", date_range=last(7))])),
    ("keine tweets, nur news zu AMD", asked("German", leads=[news("AMD")])),
    ("jeden Montag um 7 Uhr Nachrichten zu Intel", asked("German", "every monday at 07:00")),
    ("Noticias de Amazon de ayer", asked("Spanish", leads=[news("AMZN", date_range=_YESTERDAY)])),
    ("actualités Tesla depuis vendredi", asked("French", leads=[news("TSLA", date_range=since("2026-11-20"))])),
    # No tasks.
    ("stop the tesla crawl", steers("tasks cancel", "TSLA")),
    ("what is running right now?", steers("tasks list --status running")),
    ("retry everything that failed today", steers("tasks retry")),
    ("make the nvda crawl urgent", steers("tasks reprioritise")),
    ("prioritise the tesla crawl", steers("tasks reprioritise")),
    ("undo", steers("agent undo")),
    ("add GME to my watchlist", steers("tickers add GME")),
    ("Keep NVDA and AMD fresh all week", steers("tickers add NVDA AMD")),
    ("wait 5 minutes", steers("tasks add delay seconds=300")),
    ("is NVDA a buy?", steers("Nothing here trades")),
    ("should I sell my apple shares", steers("Nothing here trades")),
    # What people say.
    ("summarize what people said about META since monday", done(task("ai_summary", "META", window=_MONDAY))),
    ("what do people think about apple", asked("think", leads=[task("ai_sentiment", "AAPL", source="reddit")])),
    ("what are people saying about gme on reddit", asked("saying", leads=[reddit("GME")])),
    # Slips, and two things that are open at once.
    ("fillings for aplle", asked("filings", leads=[filings("AAPL")])),
    ("AAPL reddit tomorow at 9", asked("tomorrow", leads=[reddit("AAPL", at="2026-11-25T09:00")])),
    (
        "sentiment of redit posts on intel last 24h",
        asked("reddit", "last 24h", leads=[task("ai_sentiment", "INTC", source="reddit")]),
    ),
    ("redit AMD last quarter", asked("reddit", "last quarter", leads=[reddit("AMD", date_range=_LAST_QUARTER)])),
    ("AMD vs NVDA on reddit", done(reddit("AMD"), reddit("NVDA"))),
    ("tsla versus rivian news", done(news("TSLA"), news("RIVN"))),
    # Days and times.
    (
        "AAPL MSFT 10-Q last quarter",
        asked(
            "last quarter",
            leads=[filings(each, filing_types=["10-Q"], date_range=_LAST_QUARTER) for each in ("AAPL", "MSFT")],
        ),
    ),
    (
        "between 3/4/2026 and 10/4/2026 reddit NFLX",
        asked("day or month", leads=[reddit("NFLX", date_range=since("2026-04-03", "2026-04-10"))]),
    ),
    (
        "8-K of BRK.B 2025",
        asked("2025", leads=[filings("BRK.B", filing_types=["8-K"], date_range=since("2025-01-01", "2025-12-31"))]),
    ),
    ("news about Ford at 5pm EST", done(news("F", at="2026-11-24T22:00"))),
    ("in 3 hours reddit crawl for uber", done(reddit("UBER", at="2026-11-24T18:16"))),
    (
        "tomorrow at noon and again at 6pm: news for TSLA",
        asked("one counts", leads=[news("TSLA", at="2026-11-25T12:00")]),
    ),
    ("news for TSLA on feb 30", asked("no such day")),
    # A year is no number of filings, and the report of a year is mostly filed in the next one.
    ("the 2024 10-K of NVDA", asked("the 2024", leads=[_annual_of("NVDA", 2025)])),
    ("latest 2023 10-K of AAPL", asked("2023", leads=[_annual_of("AAPL", 2024, limit=1)])),
    ("2023 annual report of AAPL", asked("2023", leads=[_annual_of("AAPL", 2024)])),
    ("10-K of NVDA for 2024", asked("for 2024", leads=[_annual_of("NVDA", 2024)])),
    ("annual report of AAPL for fiscal 2024", asked("fiscal 2024", leads=[_annual_of("AAPL", 2025)])),
    (
        "annual reports of AAPL from 2020 to 2022",
        asked(
            "from 2020 to 2022",
            leads=[filings("AAPL", filing_types=["10-K"], date_range=since("2021-01-01", "2023-12-31"))],
        ),
    ),
    ("10-Ks of NVDA filed in 2024", done(_annual_of("NVDA", 2024))),
    ("10-K filings of NVDA in 2024", done(_annual_of("NVDA", 2024))),
    ("10-K filings of NVDA for 2024", asked("for 2024", leads=[_annual_of("NVDA", 2025)])),
    (
        "10-Ks of NVDA that were filed since 2024",
        done(filings("NVDA", filing_types=["10-K"], date_range=since("2024-01-01"))),
    ),
    (
        "2025 10-Qs of AMD",
        asked("2025", leads=[filings("AMD", filing_types=["10-Q"], date_range=since("2025-01-01", "2025-12-31"))]),
    ),
    (
        "the 2025 8-Ks of AMD",
        asked("2025", leads=[filings("AMD", filing_types=["8-K"], date_range=since("2025-01-01", "2025-12-31"))]),
    ),
    ("NVDA 2025 filings", asked("2025", leads=[filings("NVDA", date_range=since("2025-01-01", "2025-12-31"))])),
    ("reddit 2024 posts NVDA", asked("2024", leads=[reddit("NVDA", limit=2024)])),
    ("2000 reddit posts about NVDA", done(reddit("NVDA", limit=2000))),
    ("top 2024 reddit posts about NVDA", done(reddit("NVDA", limit=2024, order="best"))),
    ("filings for NVDA and AMD, 2025 filings each", done(filings("NVDA", limit=2025), filings("AMD", limit=2025))),
    # The oldest cannot be had.
    ("first 10-K of NVDA", asked("first", leads=[filings("NVDA", filing_types=["10-K"], limit=1)])),
    ("oldest 10-Q of NVDA", asked("oldest", leads=[filings("NVDA", filing_types=["10-Q"], limit=1)])),
    ("first 20 posts about NVDA on reddit", asked("first 20", leads=[reddit("NVDA", limit=20)])),
    ("First pull filings for KO", done(filings("KO"))),
    ("First Solar filings", done(filings("FSLR"))),
    ("First Solar 10-K filings", done(filings("FSLR", filing_types=["10-K"]))),
    # Days without a year that are next year's by a slip, or because they have just passed.
    (
        "reddit NVDA from nov 22 to 20",
        asked("2027", leads=[reddit("NVDA", date_range=since("2026-11-20", "2026-11-22"))]),
    ),
    # Also where that year would be over.
    (
        "reddit NVDA from nov 25 to 20",
        asked("2026", leads=[reddit("NVDA", date_range=since("2026-11-20", "2026-11-25"))]),
    ),
    ("reddit NVDA nov 22 - 3", asked("2027", leads=[reddit("NVDA", date_range=since("2026-11-22", "2026-12-03"))])),
    (
        "reddit NVDA from dec 20 to dec 5",
        asked("2026", leads=[reddit("NVDA", date_range=since("2025-12-05", "2025-12-20"))]),
    ),
    (
        "reddit NVDA between 22 november and 20 november",
        asked("2027", leads=[reddit("NVDA", date_range=since("2025-11-22", "2026-11-20"))]),
    ),
    (
        "reddit NVDA from nov to oct",
        asked("2027", leads=[reddit("NVDA", date_range=since("2025-11-01", "2026-10-31"))]),
    ),
    ("reddit NVDA from nov 20 to jan 10", done(reddit("NVDA", date_range=since("2026-11-20", "2027-01-10")))),
    ("reddit NVDA on november 23 at 10am", asked("2027", leads=[reddit("NVDA", at="2026-11-25T10:00")])),
    ("reddit NVDA 23.11. at 10", asked("2027", leads=[reddit("NVDA", at="2027-11-23T10:00")])),
    (
        "reddit NVDA november 2 at 9",
        asked("2027", leads=[reddit("NVDA", date_range=since("2026-11-02", "2026-11-02"))]),
    ),
    ("reddit NVDA on march 1 at 9", done(reddit("NVDA", at="2027-03-01T09:00"))),
    # Words of which nothing is made.
    ("reddit chatter about rivian and lucid", asked("chatter", leads=[reddit("RIVN"), reddit("LCID")])),
    ("how is the sentiment on AMD on twitter", asked("how", leads=[task("ai_sentiment", "AMD", source="social")])),
    ("compare AMD and NVDA on reddit", asked("compare", leads=[reddit("AMD"), reddit("NVDA")])),
    ("news on aple", asked("AAPL", leads=[news("AAPL")])),
    ("news on nvidea and aple", asked("NVDA", "AAPL", leads=[news("NVDA"), news("AAPL")])),
    ("delete all tasks about gme", steers("tasks delete")),
    ("what's the price of NVDA", steers("quotes prices")),
    # Numbers.
    ("reddit posts about COIN with comments", asked("comments", leads=[reddit("COIN", comments=20)])),
    ("tweets for VTI and VOO, 200 posts each", done(tweets("VTI", limit=200), tweets("VOO", limit=200))),
    (
        "crawl r/investing and r/stocks for VTI and VOO, 200 posts each",
        asked("each", leads=[reddit(one, subreddits=["investing", "stocks"], limit=200) for one in ("VTI", "VOO")]),
    ),
    ("reddit NVDA 25 posts, news NVDA 10 articles", cannot()),
    ("50 worst posts about GME on reddit", cannot()),
    ("wsb posts about GME with at least 100 upvotes", cannot()),
    ("news for NVDA in english only", cannot()),
    ("tweets from elon about tesla", cannot()),
    (
        "First get filings for KO, then summarise them",
        done(filings("KO", then=[after("ai_summary", "KO", data_sources=["sec"])])),
    ),
]
