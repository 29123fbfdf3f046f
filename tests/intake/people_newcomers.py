"""Sentences as people new to it type them, written down before the rules were asked; of the half that is tuned on."""

from tests.intake.readings import Reading, asked, done, filings, last, news, reddit, since, steers, task, tweets

WSB = ["wallstreetbets"]
HIGH, LOW = 30, 70
_TODAY, _YESTERDAY = since("2026-11-24", "2026-11-24"), since("2026-11-23", "2026-11-23")
_QUARTER = since("2026-07-01", "2026-09-30")
_RUNNING, _ALL, _AGAIN = "tasks list --status running", "capabilities pause --all", "tasks rerun ID"


def _annual(ticker: str) -> dict[str, object]:
    return filings(ticker, filing_types=["10-K"])


NEWCOMERS: list[tuple[str, Reading]] = [
    # As one writes in a chat.
    ("nvda reddit pls", done(reddit("NVDA"))),
    ("plz get reddit for nvda thx", done(reddit("NVDA"))),
    ("hey can u grab the news for apple?", done(news("AAPL"))),
    ("cud you pull tesla tweets plz", done(tweets("TSLA"))),
    ("whats new with tesla", asked("TSLA", leads=[news("TSLA")])),
    ("anything new on amd?", asked("AMD", leads=[news("AMD")])),
    ("nvda 🚀🚀 reddit", done(reddit("NVDA"))),
    ("show me nvda", asked("NVDA", leads=[news("NVDA")])),
    ("nvda", asked("NVDA", leads=[reddit("NVDA")])),
    ("what are people saying about tesla", asked("TSLA", leads=[reddit("TSLA")])),
    ("tl;dr of nvda reddit", done(task("ai_summary", "NVDA", data_sources=["reddit"]))),
    # Slips.
    ("redit nvda yestreday", asked("reddit", "yesterday", leads=[reddit("NVDA", date_range=_YESTERDAY)])),
    ("twiter for tsla", asked("twitter", leads=[tweets("TSLA")])),
    ("newz about nvidia", asked("news", leads=[news("NVDA")])),
    ("sec fillings for apple", asked("filings", leads=[filings("AAPL")])),
    ("10k for apple", done(_annual("AAPL"))),
    ("earnings for apple", asked("earnings")),
    # Questions and orders that are no tasks.
    ("whats running?", steers(_RUNNING)),
    ("anything running rn?", steers(_RUNNING)),
    ("is anything running?", steers(_RUNNING)),
    ("stop everything", steers(_ALL)),
    ("stop it all pls", steers(_ALL)),
    ("kill all jobs", steers(_ALL)),
    ("again like yesterday", steers(_AGAIN)),
    ("do it again", steers(_AGAIN)),
    ("the same for amd", steers(_AGAIN)),
    ("did the nvda crawl finish?", steers("tasks list --ticker NVDA")),
    ("is the nvda crawl done?", steers("tasks list --ticker NVDA")),
    ("why is my nvda crawl slow?", steers("tasks list --ticker NVDA")),
    ("when does the next crawl start?", steers("tasks list")),
    ("how many tasks failed today?", steers("tasks list --status failed")),
    ("turn off the agent", steers("agent pause")),
    ("switch the agent on", steers("agent resume")),
    # Two things in one.
    ("reddit for nvda and pause twitter", asked("pause")),
    ("get reddit for nvda, also cancel the amd crawl", asked("cancel")),
    # Other languages.
    ("hol mir reddit zu nvidia von gestern", asked("German", leads=[reddit("NVDA", date_range=_YESTERDAY)])),
    ("Was läuft gerade?", steers("German", _RUNNING)),
    ("stopp alles", steers("German", _ALL)),
    ("nachrichten tesla letzte woche", asked("German", leads=[news("TSLA", date_range=last(7))])),
    ("reddit fuer nvda jeden tag um 7", asked("German", "every day at")),
    # Starts.
    ("reddit for nvda in 20 min", done(reddit("NVDA", at="2026-11-24T15:36"))),
    ("reddit for nvda in 20m", done(reddit("NVDA", at="2026-11-24T15:36"))),
    ("reddit for nvda tmrw 7ish", done(reddit("NVDA", at="2026-11-25T07:00"))),
    ("news for nvda tomorrow around 7", done(news("NVDA", at="2026-11-25T07:00"))),
    ("news for nvda EOD", asked("EOD", leads=[news("NVDA", at="2026-11-24T17:00")])),
    ("news for nvda by end of day", asked("end of day", leads=[news("NVDA", at="2026-11-24T17:00")])),
    ("news for aapl before market open", asked("market", leads=[news("AAPL", at="2026-11-25T14:00")])),
    ("news for aapl premarket", asked("premarket", leads=[news("AAPL", at="2026-11-25T14:00")])),
    ("news for aapl first thing tomorrow", done(news("AAPL", at="2026-11-25T08:00"))),
    ("news for aapl at lunch", asked("lunch", leads=[news("AAPL", at="2026-11-25T12:00")])),
    ("news for aapl at half past 7 tomorrow", done(news("AAPL", at="2026-11-25T07:30"))),
    ("news for aapl at quarter to 8 pm", done(news("AAPL", at="2026-11-24T19:45"))),
    ("news for aapl at 19h", done(news("AAPL", at="2026-11-24T19:00"))),
    ("news for aapl later", asked("later", leads=[news("AAPL", at="2026-11-24T16:16")])),
    ("news for aapl in a bit", asked("in a bit", leads=[news("AAPL", at="2026-11-24T16:16")])),
    ("news for aapl ASAP!!!", done(news("AAPL", prio=HIGH))),
    # Days, numbers, priorities, repetition.
    ("reddit nvda since this morning", asked("this morning", leads=[reddit("NVDA", date_range=_TODAY)])),
    (
        "reddit nvda over the weekend",
        asked("weekend", leads=[reddit("NVDA", date_range=since("2026-11-21", "2026-11-22"))]),
    ),
    ("news for nvda last quarter", asked("last quarter", leads=[news("NVDA", date_range=_QUARTER)])),
    ("news for nvda Q3", asked("Q3", leads=[news("NVDA", date_range=_QUARTER)])),
    ("reddit nvda, 100 posts max", done(reddit("NVDA", limit=100))),
    ("only 10 posts of nvda from wsb", done(reddit("NVDA", subreddits=WSB, limit=10))),
    ("reddit for NVDA high prio", done(reddit("NVDA", prio=HIGH))),
    ("reddit for NVDA, low priority please", done(reddit("NVDA", prio=LOW))),
    ("reddit for nvda weekly", asked("weekly", "every monday at 7:00")),
    ("reddit for nvda twice a day", asked("twice a day", "every 12 hours")),
    # Lists behind a negation.
    ("news for NVDA, AMD and TSLA but not AMD and TSLA", done(news("NVDA"))),
    ("reddit for nvda, amd and tesla but not amd or tesla", done(reddit("NVDA"))),
    ("news for NVDA but not AMD and TSLA", asked('"TSLA" left out, too', leads=[news("NVDA")])),
    ("news for NVDA but not AMD or TSLA", done(news("NVDA"))),
    ("reddit for AAPL, AMD, TSLA and NVDA, except AMD, TSLA and NVDA", done(reddit("AAPL"))),
    ("filings of apple, amd and tesla but neither amd nor tesla", done(filings("AAPL"))),
    ("tweets about AMD, apple and nvidia, not apple nor AMD", done(tweets("NVDA"))),
    ("news for AMD and TSLA apart from TSLA", done(news("AMD"))),
    ("reddit for NVDA, AMD and GME, leave out AMD and GME", done(reddit("NVDA"))),
    ("news for AAPL, AMD and NVDA minus AMD & NVDA", done(news("AAPL"))),
    ("reddit, tweets and news about NVDA without tweets or news", done(reddit("NVDA"))),
    ("everything about tesla except tweets and filings", asked("everything", leads=[reddit("TSLA"), news("TSLA")])),
    ("all sources for NVDA but no filings or tweets", asked("all sources", leads=[reddit("NVDA"), news("NVDA")])),
    ("news for AAPL and AMD, reddit too, but not AMD on reddit", asked("AMD")),
]
