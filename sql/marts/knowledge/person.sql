-- What:  one row a person: birth date and sex (corrections correct all days), caseworker, recorded exception
-- Grain: one row per person with a participant record
-- Reads: known_participant, vault.identity_version, known_load
-- Binds: county
-- Makes: temporary table known_person; the smallest source id that is filled speaks for the person
CREATE TEMPORARY TABLE known_person ON COMMIT DROP AS
WITH births AS (
    SELECT DISTINCT ON (i.ref_id)
        i.ref_id,
        i.birth_date
    FROM vault.identity_version AS i
    INNER JOIN known_load AS opened ON i.opened_load = opened.load_id
    WHERE
        i.county = :county
        AND i.closed_load IS DISTINCT FROM i.opened_load
    ORDER BY i.ref_id ASC, opened.day DESC, i.opened_load DESC, i.version_id DESC
),

newest AS (
    SELECT
        p.person_uid,
        p.ref_id,
        b.birth_date,
        p.sex,
        nullif(btrim(p.caseworker), '') AS caseworker,
        p.file_id,
        p.source,
        p.sheet,
        p.row,
        CASE
            WHEN p.exception_reason IS NOT NULL AND p.exception_approved_by IS NOT NULL THEN p.exception_from
        END AS exception_from
    FROM known_participant AS p
    INNER JOIN births AS b ON p.ref_id = b.ref_id
    WHERE p.is_newest
)

SELECT
    n.person_uid,
    min(n.ref_id) AS ref_id,
    (array_agg(n.birth_date ORDER BY n.ref_id))[1] AS birth_date,
    coalesce((array_agg(n.sex ORDER BY n.ref_id) FILTER (WHERE n.sex IS NOT NULL))[1], 'x') AS sex,
    (array_agg(n.caseworker ORDER BY n.ref_id) FILTER (WHERE n.caseworker IS NOT NULL))[1] AS caseworker,
    (array_agg(n.source ORDER BY n.ref_id))[1] AS source,
    (array_agg(n.file_id ORDER BY n.ref_id))[1] AS file_id,
    (array_agg(n.sheet ORDER BY n.ref_id))[1] AS sheet,
    (array_agg(n.row ORDER BY n.ref_id))[1] AS row,
    min(n.exception_from) AS exception_from
FROM newest AS n
GROUP BY n.person_uid
