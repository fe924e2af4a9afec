-- What:  persons that a case worker's word can mean: a supplier's own id, our number, or its beginning
-- Grain: one row per person; is_own_id before others
-- Reads: vault.source_id
-- Binds: county, word
SELECT
    s.person_uid::text AS person_uid,
    bool_or(s.person_id = :word) AS is_own_id
FROM vault.source_id AS s
WHERE s.county = :county AND (s.person_id = :word OR starts_with(s.person_uid::text, lower(:word)))
GROUP BY s.person_uid
ORDER BY person_uid
