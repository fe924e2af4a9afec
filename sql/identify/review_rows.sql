-- What:  open pairs with both records as they were delivered last, for the review workbook
-- Grain: one row per (id, candidate); at most three candidates an id, best first
-- Reads: vault.review, vault.source_id, vault.identity_version, raw.file
-- Binds: county
-- Units: holds names and birth dates: for the workbook of vault rank alone; own_id is absent for a mention by name
WITH delivered AS (
    SELECT DISTINCT ON (i.ref_id)
        i.ref_id,
        i.last_name,
        i.first_name,
        i.birth_date::text AS birth_date,
        i.ags,
        f.name AS file,
        i.sheet,
        i.row
    FROM vault.identity_version AS i
    LEFT JOIN raw.file AS f ON i.county = f.county AND i.file_id = f.file_id
    WHERE i.county = :county
    ORDER BY i.ref_id ASC, i.version_id DESC
),

open_pairs AS (
    SELECT
        r.review_id,
        r.ref_id,
        r.candidate_ref,
        r.score,
        r.reason,
        r.evidence,
        row_number() OVER (PARTITION BY r.ref_id ORDER BY r.score DESC NULLS LAST, r.review_id ASC) AS place
    FROM vault.review AS r
    WHERE r.county = :county AND r.state = 'open'
)

SELECT
    p.review_id,
    p.ref_id,
    round(p.score::numeric, 1)::double precision AS score,
    p.reason,
    p.evidence,
    own.source AS own_source,
    mine.last_name AS own_last,
    mine.first_name AS own_first,
    mine.birth_date AS own_birth,
    mine.ags AS own_ags,
    mine.file AS own_file,
    mine.sheet AS own_sheet,
    mine.row AS own_row,
    other.source AS other_source,
    other.person_id AS other_id,
    theirs.last_name AS other_last,
    theirs.first_name AS other_first,
    theirs.birth_date AS other_birth,
    theirs.ags AS other_ags,
    theirs.file AS other_file,
    theirs.sheet AS other_sheet,
    theirs.row AS other_row,
    CASE WHEN own.is_participant THEN own.person_id END AS own_id
FROM open_pairs AS p
INNER JOIN vault.source_id AS own ON p.ref_id = own.ref_id AND own.county = :county
INNER JOIN vault.source_id AS other ON p.candidate_ref = other.ref_id AND other.county = :county
LEFT JOIN delivered AS mine ON p.ref_id = mine.ref_id
LEFT JOIN delivered AS theirs ON p.candidate_ref = theirs.ref_id
WHERE p.place <= 3
ORDER BY p.ref_id ASC, p.place ASC
