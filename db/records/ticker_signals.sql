-- mentions --
-- Posts per ticker and source: of the last day that was collected (`recent`), and of the day before (`before`).
-- Counted back from where the source was collected to: a ticker that nobody has crawled since is not a quiet one. And
-- compared only with a day that was collected, too (else `before` is null), or the first crawl of any ticker would look
-- like a trend. Who was collected last more than a week ago says nothing about now, and has no row. Reads at most
-- `most_rows` of each through ix_<table>_ticker_<time>.
SELECT f.ticker, f.data_source AS source, collected.until,
    count(*) FILTER (WHERE posts.at > collected.until - interval '1 day') AS recent,
    CASE WHEN f.covered_from <= collected.until - interval '2 days'
        THEN count(*) FILTER (WHERE posts.at <= collected.until - interval '1 day') END AS before
FROM ticker_data_freshness f
CROSS JOIN LATERAL (SELECT LEAST(COALESCE(f.covered_to, f.last_success_at), now()) AS until) collected
LEFT JOIN LATERAL (
    (SELECT created_utc AS at FROM reddit_posts_raw r
     WHERE f.data_source = 'reddit' AND r.ticker = f.ticker
        AND r.created_utc > collected.until - interval '2 days' AND r.created_utc <= collected.until
     LIMIT :most_rows)
    UNION ALL
    (SELECT created_utc FROM social_posts s
     WHERE f.data_source = 'twitter' AND s.ticker = f.ticker
        AND s.created_utc > collected.until - interval '2 days' AND s.created_utc <= collected.until
     LIMIT :most_rows)
    UNION ALL
    (SELECT published FROM news_articles n
     WHERE f.data_source = 'news' AND n.ticker = f.ticker
        AND n.published > collected.until - interval '2 days' AND n.published <= collected.until
     LIMIT :most_rows)
) posts ON true
WHERE f.ticker = ANY(CAST(:tickers AS text[])) AND f.data_source IN ('reddit', 'twitter', 'news')
    AND collected.until > now() - interval '7 days'
GROUP BY f.ticker, f.data_source, f.covered_from, collected.until
ORDER BY f.ticker, f.data_source

-- moods --
-- The mean score per ticker and scorer: of the last three days against the two weeks before them.
-- No row for who has none of either. Reads at most `most_rows` of each through ix_<table>_ticker_fetched_at.
SELECT wanted.ticker, scored.scorer,
    avg(scored.score) FILTER (WHERE scored.fetched_at > now() - interval '3 days') AS recent,
    count(*) FILTER (WHERE scored.fetched_at > now() - interval '3 days') AS recent_posts,
    avg(scored.score) FILTER (WHERE scored.fetched_at <= now() - interval '3 days') AS before,
    count(*) FILTER (WHERE scored.fetched_at <= now() - interval '3 days') AS before_posts
FROM unnest(CAST(:tickers AS text[])) AS wanted (ticker)
CROSS JOIN LATERAL (
    (SELECT scorer, score, fetched_at FROM reddit_sentiment r
     WHERE r.ticker = wanted.ticker AND r.fetched_at > now() - interval '17 days'
     ORDER BY r.fetched_at DESC LIMIT :most_rows)
    UNION ALL
    (SELECT scorer, score, fetched_at FROM social_sentiment s
     WHERE s.ticker = wanted.ticker AND s.fetched_at > now() - interval '17 days'
     ORDER BY s.fetched_at DESC LIMIT :most_rows)
) scored
GROUP BY wanted.ticker, scored.scorer
HAVING count(*) FILTER (WHERE scored.fetched_at > now() - interval '3 days') BETWEEN 1 AND count(*) - 1
