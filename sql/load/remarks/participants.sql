-- What:  accepted participants whose residence status leaves a gap, overlaps, has run out, or stands otherwise elsewhere
-- Grain: one row per (delivered row, rule)
-- Reads: stage_participants, vault.source_id, core.participant_version
-- Binds: county, source, as_of
-- Makes: rows of the temporary table cross_remark
INSERT INTO cross_remark (file, sheet, row, kind, column_name, rule)
WITH arrived AS (
    SELECT
        s.file,
        s.sheet,
        s.row,
        s.ref_id,
        s.residence_status,
        s.status_from,
        s.status_until,
        v.person_uid
    FROM stage_participants AS s
    INNER JOIN vault.source_id AS v ON v.county = :county AND s.ref_id = v.ref_id
    WHERE s.verdict IS NULL AND NOT s.duplicate
),

-- The period delivered before, as it was last told: same first day means a correction, not another period.
earlier AS (
    SELECT DISTINCT ON (a.ref_id)
        a.ref_id,
        p.residence_status,
        p.status_until
    FROM arrived AS a
    INNER JOIN core.participant_version AS p ON p.county = :county AND a.ref_id = p.ref_id
    WHERE
        a.status_from IS NOT NULL
        AND p.closed_load IS NOT NULL
        AND p.closed_load <> p.opened_load
        AND (p.status_from IS NULL OR p.status_from < a.status_from)
        AND p.residence_status <> 'UNBEKANNT'
    ORDER BY a.ref_id ASC, p.status_from DESC NULLS LAST, p.opened_load DESC, p.version_id DESC
),

found AS (
    SELECT
        a.file,
        a.sheet,
        a.row,
        'status_from' AS column_name,
        'status_gap' AS rule
    FROM arrived AS a
    INNER JOIN earlier AS e ON a.ref_id = e.ref_id
    WHERE e.status_until < a.status_from - 1
    UNION ALL
    SELECT
        a.file,
        a.sheet,
        a.row,
        'status_from' AS column_name,
        'status_overlap' AS rule
    FROM arrived AS a
    INNER JOIN earlier AS e ON a.ref_id = e.ref_id
    WHERE e.status_until >= a.status_from AND e.residence_status <> a.residence_status
    UNION ALL
    SELECT
        a.file,
        a.sheet,
        a.row,
        'status_until' AS column_name,
        'status_expired' AS rule
    FROM arrived AS a
    WHERE a.status_until < CAST(:as_of AS date) AND a.residence_status <> 'UNBEKANNT'
    UNION ALL
    SELECT DISTINCT
        a.file,
        a.sheet,
        a.row,
        'residence_status' AS column_name,
        'status_contradicted' AS rule
    FROM arrived AS a
    INNER JOIN vault.source_id AS v ON v.county = :county AND a.person_uid = v.person_uid
    INNER JOIN core.participant_version AS p
        ON
            v.county = p.county
            AND v.ref_id = p.ref_id
            AND p.source <> :source
            AND p.closed_load IS NULL
            AND p.ended_on IS NULL
            AND a.residence_status <> p.residence_status
            AND coalesce(a.status_from, '-infinity') <= coalesce(p.status_until, 'infinity')
            AND coalesce(a.status_until, 'infinity') >= coalesce(p.status_from, '-infinity')
    WHERE a.residence_status <> 'UNBEKANNT' AND p.residence_status <> 'UNBEKANNT'
)

SELECT
    f.file,
    f.sheet,
    f.row,
    'participants',
    f.column_name,
    f.rule
FROM found AS f
