-- What:  whose persons: the case manager of each person, and the number and name that she knows the person by
-- Grain: one row per person with a participant record, nobody who withdrew consent to case work
-- Reads: core.participant_version, core.person_link, vault.identity_version, vault.source_id, core.casework_refusal
-- Binds: county, as_of
WITH newest AS (
    SELECT DISTINCT ON (l.person_uid)
        l.person_uid,
        p.ref_id,
        p.source,
        p.record_key,
        p.caseworker
    FROM core.participant_version AS p
    INNER JOIN core.person_link AS l
        ON p.county = l.county AND p.ref_id = l.ref_id AND l.closed_load IS NULL
    WHERE p.county = :county AND p.closed_load IS NULL
    -- The record that names somebody speaks, then one that has not ended, then the newer one.
    ORDER BY
        l.person_uid,
        p.caseworker IS NULL,
        coalesce(p.ended_on < :as_of, FALSE),
        p.opened_load DESC,
        p.ref_id
)

SELECT
    n.person_uid::text AS person_uid,
    n.caseworker,
    s.person_id,
    i.last_name,
    i.first_name
FROM newest AS n
INNER JOIN vault.source_id AS s ON s.county = :county AND n.ref_id = s.ref_id
LEFT JOIN vault.identity_version AS i
    ON
        i.county = :county
        AND n.source = i.source
        AND n.record_key = i.record_key
        AND i.closed_load IS NULL
WHERE
    NOT EXISTS (
        SELECT 1 FROM core.casework_refusal AS r
        WHERE r.county = :county AND r.person_uid = n.person_uid AND r.withdrawn_on <= :as_of
    )
ORDER BY n.caseworker, s.person_id
