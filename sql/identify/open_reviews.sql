-- What:  pairs that wait for a person's decision: places and evidence, no names
-- Grain: one row per (source id in doubt, candidate)
-- Reads: vault.review, vault.source_id, vault.identity_version, raw.file
-- Binds: county
WITH places AS (
    SELECT DISTINCT ON (i.ref_id)
        i.ref_id,
        f.name AS file,
        i.sheet,
        i.row
    FROM vault.identity_version AS i
    INNER JOIN raw.file AS f ON i.county = f.county AND i.file_id = f.file_id
    WHERE i.county = :county
    ORDER BY i.ref_id, i.opened_load DESC
)

SELECT
    r.review_id,
    own.source AS own_source,
    p.file AS own_file,
    p.sheet AS own_sheet,
    p.row AS own_row,
    other.source AS other_source,
    other.person_id AS other_id,
    round(r.score::numeric, 1)::double precision AS score,
    r.reason,
    r.evidence::text AS evidence,
    r.state
FROM vault.review AS r
INNER JOIN vault.source_id AS own ON r.county = own.county AND r.ref_id = own.ref_id
INNER JOIN vault.source_id AS other ON r.county = other.county AND r.candidate_ref = other.ref_id
LEFT JOIN places AS p ON r.ref_id = p.ref_id
WHERE
    r.county = :county
    AND r.state = 'open'
ORDER BY r.review_id
