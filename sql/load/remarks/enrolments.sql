-- What:  remarks on accepted enrolments that only the warehouse shows: run nobody knows, no start day, two at a time
-- Grain: one row per (delivered row, rule)
-- Reads: stage_enrolments, vault.source_id, core.enrolment_version, core.offer_version
-- Binds: county, source, measures (modules that count as measures; case work runs beside any course)
-- Makes: rows of the temporary table cross_remark
INSERT INTO cross_remark (file, sheet, row, kind, column_name, rule)
WITH arrived AS (
    SELECT
        s.file,
        s.sheet,
        s.row,
        s.record_key,
        s.offer_source,
        s.offer_id,
        s.run_id,
        v.person_uid
    FROM stage_enrolments AS s
    INNER JOIN vault.source_id AS v ON v.county = :county AND s.ref_id = v.ref_id
    WHERE s.verdict IS NULL AND NOT s.duplicate
),

standing AS (
    SELECT
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
        AND e.closed_load IS NULL
        AND e.ended_on IS NULL
        AND e.state IN ('started', 'completed', 'dropped')
        AND v.person_uid IN (SELECT a.person_uid FROM arrived AS a)
),

-- The run an enrolment takes is the one that counting takes: its own, the one without a number, or the first.
held AS (
    SELECT DISTINCT ON (s.source, s.record_key)
        s.source,
        s.record_key,
        s.person_uid,
        s.state,
        r.module,
        coalesce(s.starts_on, r.starts_on) AS from_on,
        coalesce(s.ends_on, CASE WHEN s.state <> 'dropped' THEN coalesce(r.ends_on, 'infinity') END) AS until_on
    FROM standing AS s
    INNER JOIN core.offer_version AS r
        ON r.county = :county AND s.offer_source = r.source AND s.offer_id = r.offer_id AND r.closed_load IS NULL
    ORDER BY
        s.source ASC,
        s.record_key ASC,
        (coalesce(r.run_id, '') = coalesce(s.run_id, '')) DESC,
        (r.run_id IS NULL) DESC,
        coalesce(s.starts_on BETWEEN r.starts_on AND coalesce(r.ends_on, 'infinity'), FALSE) DESC,
        r.starts_on ASC NULLS LAST,
        r.run_id ASC
),

found AS (
    SELECT
        a.file,
        a.sheet,
        a.row,
        'run_id' AS column_name,
        'unknown_run' AS rule
    FROM arrived AS a
    WHERE
        a.run_id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM core.offer_version AS o
            WHERE
                o.county = :county
                AND o.source = a.offer_source
                AND o.offer_id = a.offer_id
                AND o.run_id = a.run_id
                AND o.closed_load IS DISTINCT FROM o.opened_load
        )
    UNION ALL
    SELECT
        a.file,
        a.sheet,
        a.row,
        'starts_on' AS column_name,
        'enrolment_without_start' AS rule
    FROM arrived AS a
    INNER JOIN held AS h ON h.source = :source AND a.record_key = h.record_key
    WHERE h.from_on IS NULL
    UNION ALL
    SELECT DISTINCT
        a.file,
        a.sheet,
        a.row,
        'starts_on' AS column_name,
        'enrolments_overlap' AS rule
    FROM arrived AS a
    INNER JOIN held AS h ON h.source = :source AND a.record_key = h.record_key
    INNER JOIN held AS other
        ON
            h.person_uid = other.person_uid
            AND (h.source <> other.source OR h.record_key <> other.record_key)
            -- One ends on the day on which the next begins: that is a change, not an overlap.
            AND h.from_on < other.until_on
            AND h.until_on > other.from_on
    WHERE
        h.module = ANY(CAST(:measures AS text[]))
        AND other.module = ANY(CAST(:measures AS text[]))
)

SELECT
    f.file,
    f.sheet,
    f.row,
    'enrolments',
    f.column_name,
    f.rule
FROM found AS f
