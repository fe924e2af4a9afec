-- What:  pairs of ids in doubt, linked by themselves, or decided: places and evidence, no names
-- Grain: one row per (id, candidate)
-- Reads: vault.review, vault.source_id, vault.identity_version, raw.file
-- Binds: county, states (joined by commas)
-- Units: state is open, linked (by itself), accepted, split or obsolete; own_id is absent for a mention by name
WITH places AS (
    SELECT DISTINCT ON (i.ref_id)
        i.ref_id,
        f.name AS file,
        i.sheet,
        i.row
    FROM vault.identity_version AS i
    INNER JOIN raw.file AS f ON i.county = f.county AND i.file_id = f.file_id
    WHERE i.county = :county
    ORDER BY i.ref_id ASC, i.opened_load DESC, i.version_id DESC
)

SELECT
    r.review_id,
    own.source AS own_source,
    p.file AS own_file,
    p.sheet AS own_sheet,
    p.row AS own_row,
    other.source AS other_source,
    other.person_id AS other_id,
    q.file AS other_file,
    q.sheet AS other_sheet,
    q.row AS other_row,
    round(r.score::numeric, 1)::double precision AS score,
    r.reason,
    r.evidence::text AS evidence,
    r.state,
    r.decided_by,
    r.decided_at,
    r.decision_reason,
    CASE WHEN own.is_participant THEN own.person_id END AS own_id
FROM vault.review AS r
INNER JOIN vault.source_id AS own ON r.county = own.county AND r.ref_id = own.ref_id
INNER JOIN vault.source_id AS other ON r.county = other.county AND r.candidate_ref = other.ref_id
LEFT JOIN places AS p ON r.ref_id = p.ref_id
LEFT JOIN places AS q ON r.candidate_ref = q.ref_id
WHERE
    r.county = :county
    AND r.state = ANY(string_to_array(:states, ','))
ORDER BY r.review_id
