-- What:  what became known of persons between two published days: records added, changed, ended, retracted
-- Grain: one row per person and record version opened or closed in between
-- Reads: ops.load, core.*_version, core.person_link, raw.file
-- Binds: county, first, last
WITH loads AS (
    SELECT
        l.load_id,
        l.published_as_of AS day
    FROM ops.load AS l
    WHERE
        l.county = :county
        AND l.superseded_by IS NULL
        AND l.published_as_of > :first
        AND l.published_as_of <= :last
),

versions AS (
    SELECT
        'participants' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM core.participant_version AS v
    UNION ALL
    SELECT
        'identities' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM vault.identity_version AS v
    UNION ALL
    SELECT
        'contacts' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM core.contact_version AS v
    UNION ALL
    SELECT
        'episodes' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM core.episode_version AS v
    UNION ALL
    SELECT
        'enrolments' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM core.enrolment_version AS v
    UNION ALL
    SELECT
        'needs' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM core.need_version AS v
    UNION ALL
    SELECT
        'consents' AS kind, v.county, v.source, v.record_key, v.opened_load, v.closed_load, v.ended_on,
        v.file_id, v.sheet, v.row, v.ref_id
    FROM core.consent_version AS v
),

touched AS (
    SELECT
        v.kind,
        v.county,
        v.source,
        v.record_key,
        v.ref_id,
        v.file_id,
        v.sheet,
        v.row,
        coalesce(o.day, c.day) AS known_on,
        CASE
            WHEN o.load_id IS NULL THEN 'retracted'
            WHEN v.ended_on IS NOT NULL THEN 'ended'
            WHEN lag(v.opened_load) OVER record IS NOT NULL THEN 'changed'
            ELSE 'added'
        END AS change,
        o.load_id IS NOT NULL OR lead(v.opened_load) OVER record IS NULL AS is_told
    FROM versions AS v
    LEFT JOIN loads AS o ON v.opened_load = o.load_id
    LEFT JOIN loads AS c ON v.closed_load = c.load_id
    WHERE v.county = :county AND v.closed_load IS DISTINCT FROM v.opened_load
    WINDOW record AS (PARTITION BY v.kind, v.source, v.record_key ORDER BY v.opened_load)
)

SELECT
    k.person_uid::text AS person_uid,
    t.kind,
    t.change,
    t.known_on,
    t.source,
    f.name AS file,
    t.sheet,
    t.row
FROM touched AS t
INNER JOIN core.person_link AS k ON t.county = k.county AND t.ref_id = k.ref_id AND k.closed_load IS NULL
LEFT JOIN raw.file AS f ON t.county = f.county AND t.file_id = f.file_id
WHERE t.known_on IS NOT NULL AND t.is_told
ORDER BY person_uid, t.known_on, t.kind, t.source, t.row
