-- What:  persons who withdrew a consent, and since when, as known
-- Grain: one row per (person, purpose)
-- Reads: core.consent_version, known_load, known_link
-- Binds: county, known_on
-- Makes: temporary table known_refusal; a later consent that stands lifts the withdrawal
CREATE TEMPORARY TABLE known_refusal ON COMMIT DROP AS
WITH consents AS (
    SELECT
        k.person_uid,
        c.purpose,
        c.given_on,
        c.withdrawn_on
    FROM core.consent_version AS c
    INNER JOIN known_load AS opened ON c.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON c.closed_load = closed.load_id
    INNER JOIN known_link AS k ON c.ref_id = k.ref_id
    WHERE
        c.county = :county
        AND closed.load_id IS NULL
        AND c.closed_load IS DISTINCT FROM c.opened_load
)

SELECT
    w.person_uid,
    w.purpose,
    min(w.withdrawn_on) AS withdrawn_on
FROM consents AS w
WHERE
    w.withdrawn_on <= :known_on
    AND NOT EXISTS (
        SELECT 1
        FROM consents AS later
        WHERE
            later.person_uid = w.person_uid
            AND later.purpose = w.purpose
            AND later.given_on > w.withdrawn_on
            AND later.given_on <= :known_on
            AND (later.withdrawn_on IS NULL OR later.withdrawn_on > :known_on)
    )
GROUP BY w.person_uid, w.purpose
