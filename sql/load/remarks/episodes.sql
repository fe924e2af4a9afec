-- What:  accepted episodes that overlap another stay of the same person, in whichever source
-- Grain: one row per delivered row
-- Reads: stage_episodes, vault.source_id, core.episode_version
-- Binds: county, source
-- Makes: rows of the temporary table cross_remark
INSERT INTO cross_remark (file, sheet, row, kind, column_name, rule)
WITH arrived AS (
    SELECT
        s.file,
        s.sheet,
        s.row,
        s.record_key,
        s.entered_on,
        s.left_on,
        v.person_uid
    FROM stage_episodes AS s
    INNER JOIN vault.source_id AS v ON v.county = :county AND s.ref_id = v.ref_id
    WHERE s.verdict IS NULL AND NOT s.duplicate
)

SELECT DISTINCT
    a.file,
    a.sheet,
    a.row,
    'episodes',
    'entered_on',
    'episodes_overlap'
FROM arrived AS a
INNER JOIN vault.source_id AS v ON v.county = :county AND a.person_uid = v.person_uid
INNER JOIN core.episode_version AS e
    ON
        v.county = e.county
        AND v.ref_id = e.ref_id
        AND e.closed_load IS NULL
        AND e.ended_on IS NULL
        AND (e.source <> :source OR a.record_key <> e.record_key)
        -- Two sources that tell of the same stay name the same day of entry.
        AND (e.source = :source OR a.entered_on <> e.entered_on)
        AND a.entered_on < coalesce(e.left_on, 'infinity')
        AND coalesce(a.left_on, 'infinity') > e.entered_on
