"""Sentences of the kind people type, and what each means on Tuesday, 24 November 2026, 15:16 in Berlin."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 24, 15, 16, tzinfo=ZoneInfo("Europe/Berlin"))
WATCHED = frozenset({"NVDA", "AAPL", "TSLA", "AMD", "AI", "COST", "BRK.B", "META"})

Body = dict[str, Any]


def in_berlin(params: dict[str, Any]) -> dict[str, Any]:
    """Days are those of who wrote the sentence."""
    ranges = {name: params[name] for name in ("date_range", "window") if "last_days" not in params.get(name, LAST_7)}
    return params | {name: {**range_, "zone": "Europe/Berlin"} for name, range_ in ranges.items()}


def task(
    task_type: str, ticker: str = "", *follow_ups: Body, priority: int = 50, at: str | None = None, **params: Any
) -> Body:
    """A task; ``at``: its start in Berlin, winter time."""
    about = {"ticker": ticker} if ticker else {}
    return {
        "task_type": task_type, "params": about | in_berlin(params), "priority": priority,
        "run_at": f"{at}:00+01:00" if at else None, "follow_ups": list(follow_ups),
    }  # fmt: skip


def then(task_type: str, ticker: str, *follow_ups: Body, **params: Any) -> Body:
    return {"task_type": task_type, "params": {"ticker": ticker, **in_berlin(params)}, "follow_ups": list(follow_ups)}


def reddit(ticker: str = "NVDA", *follow_ups: Body, **said: Any) -> Body:
    return task("reddit_crawl", ticker, *follow_ups, **said)


def tweets(ticker: str = "NVDA", *follow_ups: Body, **said: Any) -> Body:
    return task("twitter_crawl", ticker, *follow_ups, **said)


def news(ticker: str = "NVDA", *follow_ups: Body, **said: Any) -> Body:
    return task("news_crawl", ticker, *follow_ups, **said)


def filings(ticker: str = "NVDA", *follow_ups: Body, **said: Any) -> Body:
    return task("sec_filing_crawl", ticker, *follow_ups, **said)


WSB = ["wallstreetbets"]
LAST_7, LAST_30 = {"last_days": 7}, {"last_days": 30}

SENTENCES: list[tuple[str, list[Body]]] = [
    # Sources.
    (
        "pull the last 30 days of $NVDA from wallstreetbets tomorrow at 8, high",
        [reddit(subreddits=WSB, date_range=LAST_30, priority=30, at="2026-11-25T08:00")],
    ),
    ("reddit NVDA", [reddit()]),
    # What most texts mean by the letters is not what somebody asks for.
    ("CRM news", [news("CRM")]),
    ("FOX news", [news("FOX")]),
    ("reddit MS, last 7 days", [reddit("MS", date_range=LAST_7)]),
    ("Get me the reddit posts about NVDA please", [reddit()]),
    ("crawl r/stocks and r/investing for $TSLA", [reddit("TSLA", subreddits=["stocks", "investing"])]),
    ("what I need: NVDA mentions from WSB", [reddit(subreddits=WSB)]),
    ("NVDA mentions on WSB", [reddit(subreddits=WSB)]),
    ("can you fetch tweets about TSLA", [tweets("TSLA")]),
    ("twitter posts mentioning $AMD from the last 3 days", [tweets("AMD", date_range={"last_days": 3})]),
    ("news for AAPL", [news("AAPL")]),
    ("latest headlines on Apple", [news("AAPL")]),
    ("collect the news articles about nvda from the past week", [news(date_range=LAST_7)]),
    ("NVDA news from yahoo finance and seeking alpha", [news(sources=["yahoo_finance", "seeking_alpha"])]),
    ("10-K filings for AAPL", [filings("AAPL", filing_types=["10-K"])]),
    ("get all 10-Qs and 10-Ks of $MSFT since 2024", []),
    (
        "get the 10-Qs and 10-Ks of $MSFT since 2024",
        [filings("MSFT", filing_types=["10-Q", "10-K"], date_range={"from": "2024-01-01"})],
    ),
    ("sec filings BRK.B", [filings("BRK.B")]),
    ("annual reports of Microsoft for the last 5 years", [
        filings("MSFT", filing_types=["10-K"], date_range={"from": "2021-11-24"})
    ]),
    ("8-Ks for TSLA this month", [filings("TSLA", filing_types=["8-K"], date_range={"from": "2026-11-01"})]),
    ("Form 4 filings for NVDA, last 90 days", [filings(filing_types=["4"], date_range={"last_days": 90})]),
    # Analysis of what is there.
    ("score the sentiment for NVDA", [task("ai_sentiment", "NVDA", source="reddit")]),
    ("reddit sentiment TSLA", [task("ai_sentiment", "TSLA", source="reddit")]),
    ("sentiment of tweets about AMD, urgent", [task("ai_sentiment", "AMD", source="social", priority=10)]),
    ("score the twitter sentiment for NVDA", [task("ai_sentiment", "NVDA", source="social")]),
    ("sentiment for NVDA and AMD on reddit", [task("ai_sentiment", each, source="reddit") for each in ("NVDA", "AMD")]),
    ("summarise NVDA", [task("ai_summary", "NVDA")]),
    (
        "write a summary of the news and filings for AAPL over the last 14 days",
        [task("ai_summary", "AAPL", data_sources=["news", "sec"], window={"last_days": 14})],
    ),
    ("summarize reddit for TSLA since monday", [
        task("ai_summary", "TSLA", data_sources=["reddit"], window={"from": "2026-11-23"})
    ]),
    # Pages and texts.
    ("monitor https://example.com/prices for changes", [task("web_monitor", url="https://example.com/prices")]),
    ("watch the page https://ir.nvidia.com/news, low priority", [
        task("web_monitor", url="https://ir.nvidia.com/news", priority=70)
    ]),
    ('summarize "NVDA beats expectations, again"', [
        task("llm_task", operation="summarize", text="NVDA beats expectations, again")
    ]),
    ('extract the entities from "Jensen Huang met Lisa Su"', [
        task("llm_task", operation="extract_entities", text="Jensen Huang met Lisa Su")
    ]),
    # Days.
    ("reddit posts on TSLA since March", [reddit("TSLA", date_range={"from": "2026-03-01"})]),
    ("reddit posts on TSLA since December", [reddit("TSLA", date_range={"from": "2025-12-01"})]),
    ("news about AMD from 1 to 15 June", [news("AMD", date_range={"from": "2026-06-01", "to": "2026-06-15"})]),
    ("news about AMD June 1-15, 2025", [news("AMD", date_range={"from": "2025-06-01", "to": "2025-06-15"})]),
    ("reddit $GME between March and May", [reddit("GME", date_range={"from": "2026-03-01", "to": "2026-05-31"})]),
    (
        "wallstreetbets posts about GME from 20 December to 10 January",
        [reddit("GME", subreddits=WSB, date_range={"from": "2025-12-20", "to": "2026-01-10"})],
    ),
    ("tweets about TSLA this week", [tweets("TSLA", date_range={"from": "2026-11-23"})]),
    ("yesterday's news for NVDA", [news(date_range={"from": "2026-11-23", "to": "2026-11-23"})]),
    ("news on $META in February 2025", [news("META", date_range={"from": "2025-02-01", "to": "2025-02-28"})]),
    ("reddit for COST over the last 3 months", [reddit("COST", date_range={"from": "2026-08-24"})]),
    ("filings of AAPL ytd", [filings("AAPL", date_range={"from": "2026-01-01"})]),
    ("grab reddit NVDA last 24 hours", [reddit(date_range={"last_days": 1})]),
    ("news for TSLA since 2026-11-20", [news("TSLA", date_range={"from": "2026-11-20"})]),
    ("two weeks of reddit for AMD", [reddit("AMD", date_range={"last_days": 14})]),
    ("tweets for AMD since yesterday", [tweets("AMD", date_range={"from": "2026-11-23"})]),
    # Starts.
    ("in 2 hours get the news for NVDA", [news(at="2026-11-24T17:16")]),
    ("tonight, crawl reddit for TSLA", [reddit("TSLA", at="2026-11-24T20:00")]),
    ("next monday 9:30 pull $AMD filings", [filings("AMD", at="2026-11-30T09:30")]),
    ("pull NVDA news on Friday at 6pm", [news(at="2026-11-27T18:00")]),
    ("at 17:30 fetch tweets about NVDA", [tweets(at="2026-11-24T17:30")]),
    ("tomorrow morning: news for AAPL", [news("AAPL", at="2026-11-25T08:00")]),
    ("news for AAPL on 3 December at noon", [news("AAPL", at="2026-12-03T12:00")]),
    ("reddit for NVDA in half an hour", [reddit(at="2026-11-24T15:46")]),
    ("reddit for NVDA tomorrow evening at 7, whenever", [reddit(at="2026-11-25T19:00", priority=70)]),
    # Numbers and priorities.
    ("top 50 posts about NVDA from r/stocks", [reddit(subreddits=["stocks"], limit=50, order="best")]),
    ("the best 20 reddit posts about NVDA", [reddit(limit=20, order="best")]),
    ("the latest 20 reddit posts about NVDA", [reddit(limit=20)]),
    ("at most 200 tweets on TSLA, high priority", [tweets("TSLA", limit=200, priority=30)]),
    ("100 reddit posts for AMD with 20 comments per post", [reddit("AMD", limit=100, comments=20)]),
    ("reddit AMD limit 300 priority 20", [reddit("AMD", limit=300, priority=20)]),
    ("2k reddit posts about NVDA asap", [reddit(limit=2000, priority=30)]),
    ("GET THE NEWS FOR NVDA", [news()]),
    ("no rush, news for COST", [news("COST", priority=70)]),
    # Several.
    ("reddit for NVDA, AAPL and TSLA", [reddit("NVDA"), reddit("AAPL"), reddit("TSLA")]),
    ("reddit and news for NVDA, last 7 days", [reddit(date_range=LAST_7), news(date_range=LAST_7)]),
    ("$NVDA $AMD tweets, critical", [tweets("NVDA", priority=10), tweets("AMD", priority=10)]),
    ("NVDA news and AAPL filings", [news(), filings("AAPL")]),
    ("reddit for NVDA without comments", [reddit(comments=0)]),
    ("tonight: reddit for NVDA 7d and news for AMD 3d", [
        reddit(date_range=LAST_7, at="2026-11-24T20:00"),
        news("AMD", date_range={"last_days": 3}, at="2026-11-24T20:00"),
    ]),
    ('monitor https://example.com/x selector "#a b"', [
        task("web_monitor", url="https://example.com/x", selector="#a b")
    ]),
    # What follows.
    (
        "pull the last 30 days of $NVDA Reddit mentions, then summarise",
        [
            reddit(
                "NVDA", then("ai_summary", "NVDA", data_sources=["reddit"], window=LAST_30), date_range=LAST_30
            )
        ],
    ),
    ("crawl wsb for $GME and score the sentiment", [
        reddit("GME", then("ai_sentiment", "GME", source="reddit"), subreddits=WSB)
    ]),
    ("get tweets about TSLA then score the sentiment and then summarise it", [
        tweets(
            "TSLA",
            then(
                "ai_sentiment", "TSLA", then("ai_summary", "TSLA", data_sources=["social", "sentiment"]),
                source="social",
            ),
        )
    ]),
    ("tomorrow at 8 pull reddit for NVDA and AMD, then score the sentiment, high", [
        reddit(each, then("ai_sentiment", each, source="reddit"), priority=30, at="2026-11-25T08:00")
        for each in ("NVDA", "AMD")
    ]),
    ("pull and summarise NVDA reddit", [reddit("NVDA", then("ai_summary", "NVDA", data_sources=["reddit"]))]),
    ("fetch NVDA's latest 10-K", [filings(filing_types=["10-K"], limit=1)]),
    ("i want the reddit posts for amd from last friday to yesterday", [
        reddit("AMD", date_range={"from": "2026-11-20", "to": "2026-11-23"})
    ]),
    ("pull r/wallstreetbets NVDA 30d", [reddit(subreddits=WSB, date_range=LAST_30)]),
    ("reddit crawl NVDA last 7 days then ai sentiment", [
        reddit("NVDA", then("ai_sentiment", "NVDA", source="reddit"), date_range=LAST_7)
    ]),
    ("get reddit posts and tweets about AMD then score them", [
        reddit("AMD", then("ai_sentiment", "AMD", source="reddit")),
        tweets("AMD", then("ai_sentiment", "AMD", source="social")),
    ]),
    ("fetch the news for AAPL and summarise it", [news("AAPL", then("ai_summary", "AAPL", data_sources=["news"]))]),
]  # fmt: skip

#: What must be asked about, with a word of the question. No task comes of any of these.
ASKED: list[tuple[str, str]] = [
    ("", "What is to be done"),
    ("NVDA", "What is to be done"),
    ("pull the last 30 days of $NVDA", "What is to be done"),
    ("reddit posts from yesterday", "Which ticker"),
    ("news about Mexico (MEX)", "not understood"),
    ("reddit for NVIDA", "is $NVDA meant"),
    ("reddit for APPL", "is $AAPL meant"),
    ("pull reddit for the chip makers", "chip makers"),
    ("reddit for nvdia", "is $NVDA meant"),
    ("reddit for qqqm", "write it with a $"),
    ("fetch news for NVDA every day at 8", "schedule"),
    ("news for NVDA but not from cnbc", "name those that are wanted"),
    ("reddit for NVDA unless it is down", "changes the meaning"),
    ("NVDA and news, AAPL filings", "Which belongs to which"),
    ("reddit for NVDA last week", "of the calendar"),
    ("reddit for NVDA tomorrow", "at what time"),
    ("reddit for NVDA tomorrow at 3", "3am or 3pm"),
    ("news for NVDA at 8", "passed already"),
    ("news for NVDA next thursday at 9", "this week or next"),
    ("news for NVDA since tuesday", "which one"),
    ("news for NVDA from 03/04/2026 to 05/04/2026", "day or month first"),
    ("news for NVDA since 31 February", "no such day"),
    ("news for NVDA in December", "of which year"),
    ("news for NVDA since January 2027", "still to come"),
    ("tweets about NVDA for the last 30 days", "7 days back"),
    ("pull reddit sentiment for NVDA", "collected first"),
    ("news sentiment for NVDA", "Reddit or for X"),
    ("pull news for NVDA then score the sentiment", "Reddit or for X"),
    ("pull reddit for NVDA then tomorrow at 8 summarise it", "What starts then"),
    ("50 posts of reddit and tweets for NVDA", "which of the sources"),
    ("reddit for NVDA, high, low", "Which one counts"),
    ("reddit for NVDA, high, and news for AMD", "for all of them"),
    ("reddit for NVDA tonight and news for AMD", "for all of them"),
    ("reddit for NVDA and news for AMD, then summarise", "once for each"),
    ("reddit for NVDA at 8pm yesterday", "whole days"),
    ("reddit nvda not amd and tsla", "left out, too"),
    ("top 50 tweets about NVDA", "only Reddit is asked for the best"),
    ("post NVDA on reddit", "post"),
    ("news for NVDA MTD", "$MTD"),
    ("nvda sma reddit", "$SMA"),
    ("reddit for NVDA MACD", "if this is a ticker"),
    ("nvda iot news", "$IOT"),
    ("reddit for NVDA tomorrow at 8, friday at 9", "Which one counts"),
    ("monitor example.com", "https://"),
    ("https://example.com/prices", "What is to be done with the page"),
    ("reddit posts with comments about NVDA", "How many comments"),
    ("buy 10 shares of NVDA", "buy 10"),
    ("delete all reddit posts for NVDA", "delete all"),
    ("is NVDA a good buy", "good buy"),
    ("reddit for IT and NVDA", "if this is a ticker"),
    ("reddit for NVDA and LOW", "ticker or a priority"),
    ("latest 10-K and 10-Q of NVDA", "How many"),
    ("summary and news for NVDA", "collected first"),
    ("high sentiment for NVDA", "high priority"),
    ("important news for NVDA", "high priority"),
    ("NVDA posts from r/stocks in june at 8pm", "whole days"),
    ("reddit for everything but NVDA", "Which tickers, then"),
    ("100 comments for NVDA on reddit", "How many comments of each post"),
    ("reddit for NVDA at noon tomorrow night", "no such time"),
    ("GET REDDIT FOR NVDA AND IT", "if this is a ticker"),
    ("r/stocks tweets for NVDA", "Which belongs to which"),
    ("wsb sentiment for NVDA", "does not go with"),
    ("pull reddit for NVDA and summarise the news", "collected before it"),
    ("monitor https://a.example/x and https://b.example/y", "Which one counts"),
    ("watch NVDA on reddit", "watch"),
    ("NVDA and AMD news, then summarise AMD", "Which belongs to which"),
    ("SEC news for NVDA", "Which belongs to which"),
    ("0 reddit posts for NVDA", "must be at least 1"),
    ("reddit for NVDA at 25:00", "no such time"),
    ("reddit for NVDA before friday", "Name the start"),
    # Other languages.
    ("hole die letzten 30 Tage von $NVDA aus reddit", "Only English"),
    ("Tweets über TSLA von gestern, dringend", "über"),
    ("récupère les tweets sur NVDA demain à 8h", "récupère"),
    ("busca las noticias de AAPL", "busca las noticias de"),
    ("NVDA のニュースを取得", "のニュースを取得"),
]
