-- What:  what persons decided about pairs in the grey zone; it holds until a later decision
-- Grain: one row per decided pair
-- Reads: vault.review, vault.source_id
-- Binds: county
-- Units: link is must (accepted) or cannot (split)
SELECT
    own.source || '|' || own.person_id AS mention_key,
    other.person_uid::text AS person_key,
    CASE WHEN r.state = 'accepted' THEN 'must' ELSE 'cannot' END AS link
FROM vault.review AS r
INNER JOIN vault.source_id AS own
    ON r.county = own.county AND r.ref_id = own.ref_id
INNER JOIN vault.source_id AS other
    ON r.county = other.county AND r.candidate_ref = other.ref_id
WHERE
    r.county = :county
    AND r.state IN ('accepted', 'split')
