-- refusing --
-- What is known of places that refuse, of each of these tickers and sources that has a row.
SELECT known.ticker, known.data_source, known.refusing
FROM unnest(CAST(:tickers AS text[]), CAST(:sources AS text[])) AS ended (ticker, data_source)
JOIN ticker_data_freshness known ON known.ticker = ended.ticker AND known.data_source = ended.data_source

-- note_end --
-- Notes the end of a run of a source. Of covered_from and covered_to, which people see: spans that touch or overlap
-- become one; of two that lie apart the later one is kept, whichever was crawled first. `covered` keeps all of them for
-- two years and more, and `fresh_to` is where its first gap within the usual span begins. Whoever is late changes less.
INSERT INTO ticker_data_freshness AS known (ticker, data_source, last_attempt_at, last_success_at, last_error,
    record_count, covered_from, covered_to, covered, fresh_to, refusing)
SELECT ticker, data_source, now(), CASE WHEN status = 'succeeded' THEN now() END, error, record_count,
    covered_from, covered_to, whole.span, fresh_to(whole.span, now() - make_interval(secs => :usual), now()),
    COALESCE(refusing, '{}')
FROM jsonb_to_record(CAST(:ended AS jsonb)) AS ended (ticker text, data_source text, status text, error text,
    record_count int, covered_from timestamptz, covered_to timestamptz, whole_from timestamptz, whole_to timestamptz,
    refusing jsonb)
CROSS JOIN LATERAL (
    SELECT CASE WHEN whole_to IS NULL THEN '{}' ELSE tstzmultirange(tstzrange(whole_from, whole_to)) END AS span
) whole
ON CONFLICT (ticker, data_source) DO UPDATE SET
    last_attempt_at = GREATEST(known.last_attempt_at, EXCLUDED.last_attempt_at),
    last_success_at = GREATEST(known.last_success_at, EXCLUDED.last_success_at),
    last_error = CASE WHEN :says_nothing OR EXCLUDED.last_attempt_at < known.last_attempt_at THEN known.last_error
        ELSE EXCLUDED.last_error END,
    record_count = LEAST(CAST(known.record_count AS bigint) + EXCLUDED.record_count, 2147483647),
    covered_from = CASE
        WHEN EXCLUDED.covered_from <= known.covered_to AND EXCLUDED.covered_to >= known.covered_from
            THEN LEAST(known.covered_from, EXCLUDED.covered_from)
        WHEN known.covered_to IS NULL OR EXCLUDED.covered_to > known.covered_to THEN EXCLUDED.covered_from
        ELSE known.covered_from END,
    covered_to = GREATEST(known.covered_to, EXCLUDED.covered_to),
    covered = (COALESCE(known.covered, covered_before(known.last_success_at)) + EXCLUDED.covered)
        * tstzmultirange(tstzrange(now() - interval '800 days', NULL)),
    fresh_to = fresh_to(COALESCE(known.covered, covered_before(known.last_success_at)) + EXCLUDED.covered,
        now() - make_interval(secs => :usual), now()),
    refusing = CASE WHEN :asks_all AND EXCLUDED.last_attempt_at >= known.last_attempt_at THEN EXCLUDED.refusing
        ELSE known.refusing END,
    updated_at = now()
