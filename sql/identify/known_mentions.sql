-- What:  everybody whom a supplier names by name and about whom no person has decided a link
-- Grain: one row per mention
-- Reads: vault.source_id, vault.identity_version, vault.review
-- Binds: county
-- Units: is_apart where the mention's person has an id that somebody split off
WITH named AS (
    SELECT DISTINCT ON (i.ref_id)
        i.ref_id,
        i.last_name,
        i.first_name,
        i.birth_date,
        i.ags
    FROM vault.identity_version AS i
    WHERE i.county = :county
    ORDER BY i.ref_id ASC, i.version_id DESC
),

apart AS (
    SELECT DISTINCT own.person_uid
    FROM vault.review AS r
    INNER JOIN vault.source_id AS own
        ON r.county = own.county AND (r.ref_id = own.ref_id OR r.candidate_ref = own.ref_id)
    WHERE r.county = :county AND r.state = 'split' AND own.is_participant
)

SELECT
    s.ref_id,
    s.source,
    s.person_id,
    s.person_uid::text AS person_key,
    s.link_state,
    m.last_name,
    m.first_name,
    m.birth_date,
    m.ags,
    a.person_uid IS NOT NULL AS is_apart
FROM vault.source_id AS s
INNER JOIN named AS m ON s.ref_id = m.ref_id
LEFT JOIN apart AS a ON s.person_uid = a.person_uid
WHERE
    s.county = :county
    AND NOT s.is_participant
    AND NOT EXISTS (
        SELECT 1
        FROM vault.review AS r
        WHERE r.county = s.county AND r.ref_id = s.ref_id AND r.state = 'accepted'
    )
ORDER BY s.ref_id
