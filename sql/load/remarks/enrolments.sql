-- What:  remarks on accepted enrolments that only the warehouse shows: run nobody knows, no start day, two at a time
-- Grain: one row per (delivered row, rule)
-- Reads: stage_enrolments, vault.source_id, core.enrolment_version, core.offer_version
-- Binds: county, source, measures (modules that count as measures; case work runs beside any course),
--        everybody (a large delivery: looking at all persons costs less than finding out which)
-- Makes: rows of the temporary table cross_remark
INSERT INTO cross_remark (file, sheet, row, kind, column_name, rule)
WITH concerned AS (
    SELECT DISTINCT v.person_uid
    FROM vault.source_id AS v
    INNER JOIN stage_enrolments AS s ON v.ref_id = s.ref_id
    WHERE v.county = :county AND s.verdict IS NULL AND NOT s.duplicate
),

runs AS (
    SELECT
        o.source,
        o.offer_id,
        o.run_id,
        o.starts_on,
        o.ends_on,
        coalesce(o.module = ANY(CAST(:measures AS text[])), FALSE) AS is_measure,
        count(*) OVER (PARTITION BY o.source, o.offer_id) AS choices
    FROM core.offer_version AS o
    WHERE o.county = :county AND o.closed_load IS NULL
),

standing AS (
    SELECT
        e.version_id,
        e.source,
        e.record_key,
        v.person_uid,
        e.offer_source,
        e.offer_id,
        e.run_id,
        e.state,
        e.starts_on,
        e.ends_on
    FROM core.enrolment_version AS e
    INNER JOIN vault.source_id AS v ON e.county = v.county AND e.ref_id = v.ref_id
    WHERE
        e.county = :county
        AND (:everybody OR v.person_uid IN (SELECT c.person_uid FROM concerned AS c))
        AND e.closed_load IS NULL
        AND e.ended_on IS NULL
        AND e.state IN ('started', 'completed', 'dropped')
),

-- The run an enrolment takes is the one that counting takes: its own, the one without a number, or the first.
chosen AS (
    SELECT DISTINCT ON (s.version_id)
        s.version_id,
        r.starts_on,
        r.ends_on,
        r.is_measure
    FROM standing AS s
    INNER JOIN runs AS r ON s.offer_source = r.source AND s.offer_id = r.offer_id
    WHERE r.choices > 1
    ORDER BY
        s.version_id ASC,
        (coalesce(r.run_id, '') = coalesce(s.run_id, '')) DESC,
        (r.run_id IS NULL) DESC,
        coalesce(s.starts_on BETWEEN r.starts_on AND coalesce(r.ends_on, 'infinity'), FALSE) DESC,
        r.starts_on ASC NULLS LAST,
        r.run_id ASC
),

-- Most offers have one run, and nothing is to be chosen.
held AS (
    SELECT
        s.version_id,
        s.source,
        s.record_key,
        s.person_uid,
        coalesce(r.is_measure, c.is_measure) AS is_measure,
        coalesce(s.starts_on, r.starts_on, c.starts_on) AS from_on,
        coalesce(
            s.ends_on, CASE WHEN s.state <> 'dropped' THEN coalesce(r.ends_on, c.ends_on, 'infinity') END
        ) AS until_on
    FROM standing AS s
    LEFT JOIN runs AS r ON s.offer_source = r.source AND s.offer_id = r.offer_id AND r.choices = 1
    LEFT JOIN chosen AS c ON s.version_id = c.version_id
    WHERE r.source IS NOT NULL OR c.version_id IS NOT NULL
),

-- Who has two at a time is found by one pass in order of their first days; only these are compared each with each.
suspect AS (
    SELECT DISTINCT m.person_uid
    FROM (
        SELECT
            h.person_uid,
            h.from_on,
            max(h.until_on) OVER (
                PARTITION BY h.person_uid ORDER BY h.from_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS held_until
        FROM held AS h
        WHERE h.is_measure
    ) AS m
    WHERE m.from_on < m.held_until
),

twice AS MATERIALIZED (
    SELECT h.*
    FROM held AS h
    INNER JOIN suspect AS p ON h.person_uid = p.person_uid
    WHERE h.is_measure
),

-- One ends on the day on which the next begins: that is a change, not an overlap.
found AS (
    SELECT DISTINCT
        h.record_key,
        'enrolments_overlap' AS rule
    FROM twice AS h
    INNER JOIN twice AS other
        ON
            h.person_uid = other.person_uid
            AND h.version_id <> other.version_id
            AND h.from_on < other.until_on
            AND h.until_on > other.from_on
    WHERE h.source = :source
    UNION ALL
    SELECT
        h.record_key,
        'enrolment_without_start' AS rule
    FROM held AS h
    WHERE h.source = :source AND h.from_on IS NULL
)

SELECT
    s.file,
    s.sheet,
    s.row,
    'enrolments',
    'starts_on',
    f.rule
FROM stage_enrolments AS s
INNER JOIN found AS f ON s.record_key = f.record_key
WHERE s.verdict IS NULL AND NOT s.duplicate
UNION ALL
SELECT
    s.file,
    s.sheet,
    s.row,
    'enrolments',
    'run_id',
    'unknown_run'
FROM stage_enrolments AS s
WHERE
    s.verdict IS NULL
    AND NOT s.duplicate
    AND s.run_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM core.offer_version AS o
        WHERE
            o.county = :county
            AND o.source = s.offer_source
            AND o.offer_id = s.offer_id
            AND o.run_id = s.run_id
            AND o.closed_load IS DISTINCT FROM o.opened_load
    )
