"""A news crawl from the submitter to the table, on the real stack."""

from sandbox.news.articles import Article
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack

WEEKS = {"from": "2026-02-01", "to": "2026-03-01"}


def test_articles_arrive_in_the_table(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    with stack.worker("news_crawl", environment=sources.environment()):
        task = api.wait_for(api.submit("news_crawl", {"ticker": "NVDA", "date_range": WEEKS}), seconds=60)

    articles: list[Article] = sources.articles.of("NVDA")
    assert task["status"] == "succeeded", task["error"]
    assert task["result"]["articles_collected"] == len(articles)
    rows = stack.rows("SELECT url, title, text FROM news_articles WHERE ticker = 'NVDA'")
    assert {row["url"] for row in rows} == {f"{sources.url}{article.path}" for article in articles}
    assert {row["title"] for row in rows} == {article.title for article in articles}
