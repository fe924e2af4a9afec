-- What:  places in offers, by person; a name in the review queue holds no place yet
-- Grain: one row per enrolment; the offer's id with its source, as one text
-- Reads: core.enrolment_version, core.person_link, core.offer_version, vault.source_id
-- Binds: county
WITH kinds AS (
    SELECT DISTINCT ON (source, offer_id)
        source,
        offer_id,
        kind
    FROM core.offer_version
    WHERE county = :county
    ORDER BY source, offer_id, closed_load DESC NULLS FIRST, opened_load DESC
)

SELECT
    l.person_uid::text AS person_uid,
    e.offer_source || chr(31) || e.offer_id AS offer_id,
    coalesce(e.run_id, '') AS run_id,
    k.kind,
    e.state,
    e.starts_on,
    e.ends_on
FROM core.enrolment_version AS e
INNER JOIN core.person_link AS l
    ON e.county = l.county AND e.ref_id = l.ref_id AND l.closed_load IS NULL
INNER JOIN vault.source_id AS s ON e.county = s.county AND e.ref_id = s.ref_id
LEFT JOIN kinds AS k ON e.offer_source = k.source AND e.offer_id = k.offer_id
WHERE
    e.county = :county
    AND e.closed_load IS NULL
    AND (e.ended_on IS NULL OR e.state = 'completed')
    -- A participant in review is a person of its own until somebody decides; a name is nobody yet.
    AND (s.is_participant OR l.link_state <> 'review')
ORDER BY person_uid, offer_id, run_id, e.starts_on
