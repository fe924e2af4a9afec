-- What:  the consents of a person as they stand on a day, a purpose at a time
-- Grain: one row per purpose that was ever given
-- Reads: core.consent_version, core.person_link
-- Binds: county, person_uid, day
-- Units: state is given, withdrawn or expired; a withdrawal ends all that was given before it
WITH own AS (
    SELECT
        c.purpose,
        c.given_on,
        c.withdrawn_on,
        c.expires_on
    FROM core.consent_version AS c
    INNER JOIN core.person_link AS l ON c.county = l.county AND c.ref_id = l.ref_id AND l.closed_load IS NULL
    WHERE
        c.county = :county
        AND c.closed_load IS NULL
        AND l.person_uid = CAST(:person_uid AS uuid)
        AND c.given_on <= :day
        AND (c.ended_on IS NULL OR c.ended_on > :day)
),

ended AS (
    SELECT
        purpose,
        max(withdrawn_on) AS withdrawn_on
    FROM own
    WHERE withdrawn_on <= :day
    GROUP BY purpose
)

SELECT DISTINCT ON (o.purpose)
    o.purpose,
    CASE
        WHEN e.withdrawn_on >= o.given_on THEN 'withdrawn'
        WHEN o.expires_on < :day THEN 'expired'
        ELSE 'given'
    END AS state,
    o.given_on,
    e.withdrawn_on,
    o.expires_on
FROM own AS o
LEFT JOIN ended AS e ON o.purpose = e.purpose
ORDER BY o.purpose ASC, o.given_on DESC, o.expires_on DESC NULLS FIRST
