-- count --
-- All posts of the last `hours` and of as many before, then the symbols in them, the most mentioned first.
-- A post is stored once for each ticker that was crawled for; here it is one post. Reads the newest `most_posts` of
-- each kind and time, of each the first `most_characters`, through ix_<table>_created_utc; no text leaves Postgres. The
-- first row is that of all posts, its symbol is null.
WITH posts AS MATERIALIZED (
    SELECT DISTINCT ON (found.source, found.id) found.*
    FROM (VALUES
        (true, now() - make_interval(hours => :hours), now()),
        (false, now() - make_interval(hours => 2 * :hours), now() - make_interval(hours => :hours))
    ) AS times (recent, since, until)
    CROSS JOIN LATERAL (
        (SELECT 'reddit_posts_raw' AS source, reddit_id AS id, COALESCE(author, '') AS author, times.recent,
            left(title || ' ' || body, :most_characters) AS words
         FROM reddit_posts_raw WHERE created_utc > times.since AND created_utc <= times.until
         ORDER BY created_utc DESC LIMIT :most_posts)
        UNION ALL
        (SELECT 'reddit_comments' AS source, comment_id AS id, COALESCE(author, '') AS author, times.recent,
            left(body, :most_characters) AS words
         FROM reddit_comments WHERE created_utc > times.since AND created_utc <= times.until
         ORDER BY created_utc DESC LIMIT :most_posts)
        UNION ALL
        (SELECT 'social_posts' AS source, network || post_id AS id, COALESCE(author_id, '') AS author, times.recent,
            left(text, :most_characters) AS words
         FROM social_posts WHERE created_utc > times.since AND created_utc <= times.until
         ORDER BY created_utc DESC LIMIT :most_posts)
    ) found
), said AS (
    SELECT DISTINCT posts.source, posts.id, posts.author, posts.recent, true AS tag,
        replace(upper(match[1]), '-', '.') AS symbol
    FROM posts CROSS JOIN LATERAL regexp_matches(posts.words, CAST(:cashtag AS text), 'g') AS match
    WHERE position('$' IN posts.words) > 0
    UNION ALL
    SELECT DISTINCT posts.source, posts.id, posts.author, posts.recent, false, replace(match[1], '-', '.')
    FROM posts CROSS JOIN LATERAL regexp_matches(posts.words, CAST(:bare AS text), 'g') AS match
    WHERE replace(match[1], '-', '.') = ANY(CAST(:known AS text[]))
)
SELECT NULL AS symbol, count(*) FILTER (WHERE recent) AS recent, count(*) FILTER (WHERE NOT recent) AS before,
    0 AS authors, 0 AS cashtags
FROM posts
UNION ALL
(SELECT symbol, count(DISTINCT (source, id)) FILTER (WHERE recent),
    count(DISTINCT (source, id)) FILTER (WHERE NOT recent),
    count(DISTINCT author) FILTER (WHERE recent), count(*) FILTER (WHERE recent AND tag)
FROM said GROUP BY symbol ORDER BY 2 DESC, 1 LIMIT :most_symbols)
