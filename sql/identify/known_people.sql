-- What:  every known participant id with the name and birth date that are delivered today
-- Grain: one row per source id
-- Reads: vault.source_id, vault.identity_version, vault.review
-- Binds: county
-- Units: is_decided where a person linked the id; names are absent where no good row was ever loaded
WITH decided AS (
    SELECT r.ref_id
    FROM vault.review AS r
    WHERE r.county = :county AND r.state = 'accepted'
    UNION
    SELECT r.candidate_ref AS ref_id
    FROM vault.review AS r
    WHERE r.county = :county AND r.state = 'accepted'
)

SELECT
    s.ref_id,
    s.source,
    s.person_id,
    s.person_uid::text AS person_key,
    i.last_name,
    i.first_name,
    i.birth_date,
    i.ags,
    d.ref_id IS NOT NULL AS is_decided
FROM vault.source_id AS s
LEFT JOIN vault.identity_version AS i
    ON s.county = i.county AND s.ref_id = i.ref_id AND i.closed_load IS NULL
LEFT JOIN decided AS d ON s.ref_id = d.ref_id
WHERE
    s.county = :county
    AND s.is_participant
ORDER BY s.ref_id
