-- What:  pairs that a person has split; they stay apart until a later decision
-- Grain: one row per pair and direction
-- Reads: vault.review, vault.source_id
-- Binds: county
-- Units: person_key is the person of the other side today; link is always cannot
WITH sides AS (
    SELECT
        r.ref_id AS own_ref,
        r.candidate_ref AS other_ref
    FROM vault.review AS r
    WHERE r.county = :county AND r.state = 'split'
    UNION
    SELECT
        r.candidate_ref AS own_ref,
        r.ref_id AS other_ref
    FROM vault.review AS r
    WHERE r.county = :county AND r.state = 'split'
)

SELECT
    own.source,
    own.person_id,
    other.source AS other_source,
    other.person_id AS other_id,
    other.person_uid::text AS person_key,
    'cannot' AS link
FROM sides AS s
INNER JOIN vault.source_id AS own ON s.own_ref = own.ref_id AND own.county = :county
INNER JOIN vault.source_id AS other ON s.other_ref = other.ref_id AND other.county = :county
ORDER BY s.own_ref, s.other_ref
