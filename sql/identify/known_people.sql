-- What:  every known participant with every spelling that is delivered today
-- Grain: one row per (person, source id)
-- Reads: vault.source_id, vault.identity_version
-- Binds: county
SELECT
    s.person_uid::text AS person_key,
    i.last_name,
    i.first_name,
    i.birth_date,
    i.ags
FROM vault.source_id AS s
INNER JOIN vault.identity_version AS i
    ON s.county = i.county AND s.ref_id = i.ref_id
WHERE
    s.county = :county
    AND s.is_participant
    AND i.closed_load IS NULL
ORDER BY
    person_key,
    s.ref_id
