-- count --
-- Of the posts in `found`, which mentions.py puts before it, all of the last hours (`recent`) and of as many before; then
-- the symbols in them, the most mentioned first. A post is stored once for each ticker that was crawled for; here it is
-- one post. The first row is that of all posts, its symbol is null. No text leaves Postgres.
SELECT * FROM (
WITH posts AS MATERIALIZED (
    SELECT DISTINCT ON (source, id) * FROM found
), found_words AS (
    SELECT posts.*, true AS tag, upper(match[1]) AS written
    FROM posts CROSS JOIN LATERAL regexp_matches(posts.words, CAST(:cashtag AS text), 'g') AS match
    WHERE position('$' IN posts.words) > 0
    UNION ALL
    SELECT posts.*, true, match[1]
    FROM posts CROSS JOIN LATERAL regexp_matches(posts.words, CAST(:listed AS text), 'g') AS match
    WHERE posts.words ~ '(NYSE|N[Aa][Ss][Dd][Aa][Qq]|AMEX|ARCA|CBOE|OTC)'
    UNION ALL
    SELECT posts.*, false, match[1]
    FROM posts CROSS JOIN LATERAL regexp_matches(posts.words, CAST(:bare AS text), 'g') AS match
), spelt AS (
    -- BRK-B, BRK/B and BRKB are BRK.B.
    SELECT source, id, author, recent, tag,
        coalesce(CAST(:run_together AS jsonb) ->> written, translate(written, '-/', '..')) AS symbol
    FROM found_words
), said AS (
    SELECT DISTINCT * FROM spelt WHERE tag OR symbol = ANY(CAST(:known AS text[]))
)
SELECT NULL AS symbol, count(*) FILTER (WHERE recent) AS recent, count(*) FILTER (WHERE NOT recent) AS before,
    0 AS authors, 0 AS cashtags
FROM posts
UNION ALL
(SELECT symbol, count(DISTINCT (source, id)) FILTER (WHERE recent),
    count(DISTINCT (source, id)) FILTER (WHERE NOT recent),
    count(DISTINCT author) FILTER (WHERE recent), count(*) FILTER (WHERE recent AND tag)
FROM said GROUP BY symbol ORDER BY 2 DESC, 1 LIMIT :most_symbols)
) counted
