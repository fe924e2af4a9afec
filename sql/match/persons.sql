-- What:  the facts of persons that rules ask for, as known today
-- Grain: one row per person with a participant record
-- Reads: core.participant_version, core.person_link, core.episode_version, vault.identity_version, core.casework_refusal
-- Binds: county, as_of
WITH newest AS (
    SELECT DISTINCT ON (l.person_uid)
        l.person_uid,
        i.birth_date,
        p.ags,
        p.sex,
        p.source,
        p.record_key,
        p.ended_on
    FROM core.participant_version AS p
    INNER JOIN core.person_link AS l
        ON p.county = l.county AND p.ref_id = l.ref_id AND l.closed_load IS NULL
    INNER JOIN vault.identity_version AS i
        ON
            p.county = i.county
            AND p.source = i.source
            AND p.record_key = i.record_key
            AND i.closed_load IS NULL
    WHERE
        p.county = :county
        AND p.closed_load IS NULL
    -- A record that has not ended speaks before one that has, then the newer one.
    ORDER BY l.person_uid, coalesce(p.ended_on < :as_of, FALSE), p.opened_load DESC, p.ref_id
),

-- A status that begins later does not hold yet: the newest record that has begun speaks.
status AS (
    SELECT DISTINCT ON (n.person_uid)
        n.person_uid,
        CASE
            WHEN p.status_until < :as_of OR n.ended_on < :as_of THEN 'UNBEKANNT'
            ELSE p.residence_status
        END AS residence_status
    FROM newest AS n
    INNER JOIN core.participant_version AS p ON n.source = p.source AND n.record_key = p.record_key
    WHERE
        p.county = :county
        AND p.closed_load IS DISTINCT FROM p.opened_load
        AND coalesce(p.status_from, '-infinity') <= :as_of
    ORDER BY n.person_uid, p.opened_load DESC, p.version_id DESC
),

entered AS (
    SELECT
        l.person_uid,
        max(e.entered_on) AS entered_on
    FROM core.episode_version AS e
    INNER JOIN core.person_link AS l
        ON e.county = l.county AND e.ref_id = l.ref_id AND l.closed_load IS NULL
    WHERE
        e.county = :county
        AND e.closed_load IS NULL
        AND e.entered_on <= :as_of
        AND coalesce(e.left_on, e.ended_on, 'infinity') >= :as_of
    GROUP BY l.person_uid
)

SELECT
    n.person_uid::text AS person_uid,
    n.birth_date,
    coalesce(s.residence_status, 'UNBEKANNT') AS residence_status,
    n.ags,
    n.sex,
    e.entered_on,
    r.person_uid IS NULL AS consent_casework
FROM newest AS n
LEFT JOIN status AS s ON n.person_uid = s.person_uid
LEFT JOIN entered AS e ON n.person_uid = e.person_uid
LEFT JOIN core.casework_refusal AS r
    ON r.county = :county AND n.person_uid = r.person_uid AND r.withdrawn_on <= :as_of
ORDER BY person_uid
