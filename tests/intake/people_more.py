"""The other sentences of `people.py`: several at once, slips, emoji, commands, numbers, opinions, other languages."""

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
)  # fmt: skip

WSB = ["wallstreetbets"]

MORE: list[tuple[str, Reading]] = [
    # Several.
    ("reddit for NVDA and news for AMD and filings for TSLA", done(reddit("NVDA"), news("AMD"), filings("TSLA"))),
    ("NVDA news and AAPL filings", done(news("NVDA"), filings("AAPL"))),
    ("tweets about tesla, reddit about gme", done(tweets("TSLA"), reddit("GME"))),
    (
        "nvda, amd, tsla: reddit and news",
        done(*(one(each) for one in (reddit, news) for each in ("NVDA", "AMD", "TSLA"))),
    ),
    ("reddit + twitter for PLTR", done(reddit("PLTR"), tweets("PLTR"))),
    ("news for aapl msft nvda", done(news("AAPL"), news("MSFT"), news("NVDA"))),
    (
        "reddit for NVDA and news for AMD last 7 days",
        asked("last 7 days", leads=[reddit("NVDA", date_range=last(7)), news("AMD", date_range=last(7))]),
    ),
    (
        "last 7 days: reddit for NVDA and news for AMD",
        done(reddit("NVDA", date_range=last(7)), news("AMD", date_range=last(7))),
    ),
    ("reddit and tweets for nvda and filings for amd", done(reddit("NVDA"), tweets("NVDA"), filings("AMD"))),
    (
        "10-K for MSFT and 10-Q for AAPL",
        done(filings("MSFT", filing_types=["10-K"]), filings("AAPL", filing_types=["10-Q"])),
    ),
    ("wsb for gme, r/stocks for ko", done(reddit("GME", subreddits=WSB), reddit("KO", subreddits=["stocks"]))),
    ("reddit, x, news and sec for NVDA", done(reddit("NVDA"), tweets("NVDA"), news("NVDA"), filings("NVDA"))),
    (
        "get everything on tsla: reddit, news, tweets, filings",
        done(reddit("TSLA"), news("TSLA"), tweets("TSLA"), filings("TSLA")),
    ),
    ("NVDA reddit & TSLA tweets", done(reddit("NVDA"), tweets("TSLA"))),
    (
        "r/stocks and r/investing for ko and pep",
        done(*(reddit(each, subreddits=["stocks", "investing"]) for each in ("KO", "PEP"))),
    ),
    # Slips.
    ("redit posts about NVDA", asked("redit", "reddit", leads=[reddit("NVDA")])),
    ("wallstretbets posts about gme", asked("wallstreetbets", leads=[reddit("GME", subreddits=WSB)])),
    ("reddit for r/wallstretbets NVDA", asked("r/wallstreetbets", leads=[reddit("NVDA", subreddits=WSB)])),
    ("twets about TSLA", asked("tweets", leads=[tweets("TSLA")])),
    ("nvda newz", asked("news", leads=[news("NVDA")])),
    ("sentimnt for AMD on reddit", asked("sentiment", leads=[task("ai_sentiment", "AMD", source="reddit")])),
    ("summarise nvda redit", asked("reddit", leads=[task("ai_summary", "NVDA", data_sources=["reddit"])])),
    ("reddit for nvidea", asked("NVDA", leads=[reddit("NVDA")])),
    ("news about teslla", asked("TSLA", leads=[news("TSLA")])),
    ("news about microsft", asked("MSFT", leads=[news("MSFT")])),
    ("news for amzon", asked("AMZN", leads=[news("AMZN")])),
    ("reddit for NVDA tommorow at 8", asked("tomorrow", leads=[reddit("NVDA", at="2026-11-25T08:00")])),
    (
        "reddit for NVDA yesterdy",
        asked("yesterday", leads=[reddit("NVDA", date_range=since("2026-11-23", "2026-11-23"))]),
    ),
    ("fillings for apple", asked("filings", leads=[filings("AAPL")])),
    (
        "pull NVDA tweats from the last 3 days, hihg",
        asked("tweets", "high", leads=[tweets("NVDA", date_range=last(3), prio=30)]),
    ),
    ("reddt and twiter for amd", asked("reddit", "twitter", leads=[reddit("AMD"), tweets("AMD")])),
    # Emoji.
    ("🚀 reddit for GME 🚀🚀", done(reddit("GME"))),
    ("NVDA news pls 🙏", done(news("NVDA"))),
    ("📈 tweets about tsla 📈", done(tweets("TSLA"))),
    ("🔥top 20 posts on wsb about amc🔥", done(reddit("AMC", subreddits=WSB, limit=20, order="best"))),
    ("💎🙌 gme reddit", done(reddit("GME"))),
    ("news 👉 AAPL", done(news("AAPL"))),
    # What is no task but a command.
    ("cancel the nvda crawl", steers("clawdbot tasks cancel", "NVDA")),
    ("stop everything", steers("clawdbot capabilities pause --all")),
    ("pause reddit", steers("clawdbot capabilities pause reddit_crawl")),
    ("resume reddit", steers("clawdbot capabilities resume reddit_crawl")),
    ("what failed today?", steers("clawdbot tasks list --status failed")),
    ("status", steers("clawdbot tasks list")),
    ("what's running", steers("clawdbot tasks list --status running")),
    ("retry the failed tasks", steers("clawdbot tasks retry")),
    ("is the worker up?", steers("clawdbot workers list")),
    ("show me the results for nvda", steers("clawdbot records", "NVDA")),
    ("how fresh is NVDA", steers("clawdbot tickers freshness")),
    ("kill all tweets", steers("clawdbot tasks cancel")),
    ("unpause twitter", steers("clawdbot capabilities resume twitter_crawl")),
    ("why did the tsla crawl fail", steers("clawdbot tasks list --status failed", "TSLA")),
    ("help", steers("clawdbot --help")),
    ("track NVDA", steers("clawdbot tickers add NVDA")),
    ("stop the agent", steers("clawdbot agent pause")),
    ("add AMD to my watchlist", steers("clawdbot tickers add AMD")),
    ("delete all reddit posts for NVDA", cannot()),
    ("how much did we spend on X this month", steers("clawdbot agent budget")),
    ("approve the pending task", steers("clawdbot tasks approve")),
    ("what are you doing?", steers("clawdbot tasks list")),
    # Numbers.
    (
        "top 20 posts about nvda this week from wsb",
        done(reddit("NVDA", subreddits=WSB, limit=20, order="best", date_range=since("2026-11-23"))),
    ),
    ("best 10 reddit posts on tsla", done(reddit("TSLA", limit=10, order="best"))),
    ("50 most upvoted posts about GME", done(reddit("GME", limit=50, order="best"))),
    ("highest scoring 25 reddit posts for amd", done(reddit("AMD", limit=25, order="best"))),
    ("top 50 tweets about nvda", asked("newest", leads=[tweets("NVDA", limit=50)])),
    ("latest 100 reddit posts for pltr", done(reddit("PLTR", limit=100))),
    ("top posts about nvda on reddit", asked("how many")),
    ("5 latest 10-Ks for ko", done(filings("KO", filing_types=["10-K"], limit=5))),
    ("nvda reddit top 30 with 10 comments per post", done(reddit("NVDA", limit=30, order="best", comments=10))),
    # Opinions and summaries.
    ("is reddit bullish on nvda", asked("sentiment", leads=[task("ai_sentiment", "NVDA", source="reddit")])),
    ("sentiment on tsla", done(task("ai_sentiment", "TSLA", source="reddit"))),
    ("how's the mood on reddit about gme", asked("sentiment", leads=[task("ai_sentiment", "GME", source="reddit")])),
    ("summarize what reddit says about amd", done(task("ai_summary", "AMD", data_sources=["reddit"]))),
    (
        "pull reddit for nvda and then summarise",
        done(reddit("NVDA", then=[after("ai_summary", "NVDA", data_sources=["reddit"])])),
    ),
    (
        "give me a summary of apple news for this week",
        done(task("ai_summary", "AAPL", data_sources=["news"], window=since("2026-11-23"))),
    ),
    ("score tesla tweets", done(task("ai_sentiment", "TSLA", source="social"))),
    (
        "reddit nvda then sentiment then summary",
        done(
            reddit(
                "NVDA",
                then=[
                    after(
                        "ai_sentiment",
                        "NVDA",
                        after("ai_summary", "NVDA", data_sources=["reddit", "sentiment"]),
                        source="reddit",
                    )
                ],
            )
        ),
    ),
    (
        "analyze sentiment for nvda and amd from twitter",
        done(*(task("ai_sentiment", each, source="social") for each in ("NVDA", "AMD"))),
    ),
    ("tldr of nvda news", done(task("ai_summary", "NVDA", data_sources=["news"]))),
    # Other languages.
    ("hole die letzten 7 Tage reddit für NVDA", asked("English", leads=[reddit("NVDA", date_range=last(7))])),
    (
        "Nachrichten über Tesla von gestern",
        asked("English", leads=[news("TSLA", date_range=since("2026-11-23", "2026-11-23"))]),
    ),
    (
        "noticias de apple de ayer",
        asked("English", leads=[news("AAPL", date_range=since("2026-11-23", "2026-11-23"))]),
    ),
    ("actualités sur nvda", asked("English", leads=[news("NVDA")])),
    ("tweets sobre tesla", asked("English", leads=[tweets("TSLA")])),
    ("NVDA のニュース", cannot()),
    ("reddit NVDA morgen um 8", asked("English", leads=[reddit("NVDA", at="2026-11-25T08:00")])),
    ("últimas noticias de nvda", asked("English", leads=[news("NVDA")])),
    # Too little, and what this cannot do.
    ("NVDA", asked("NVDA", "reddit", leads=[reddit("NVDA")])),
    ("reddit", asked("ticker", "reddit")),
    ("tesla", asked("TSLA", "reddit", leads=[reddit("TSLA")])),
    ("last 30 days of nvda", asked("NVDA", "reddit", leads=[reddit("NVDA", date_range=last(30))])),
    ("news", asked("ticker", "news")),
    ("get me data on nvda", asked("NVDA", "reddit")),
    ("hello there", cannot()),
    ("buy 10 shares of NVDA", cannot()),
    ("what's the price of nvda", cannot()),
    ("sell everything", cannot()),
    ("asdf", cannot()),
    ("send me an email about nvda", cannot()),
    ("post this to reddit: nvda rocks", cannot()),
    ("write a poem about apple", cannot()),
]
