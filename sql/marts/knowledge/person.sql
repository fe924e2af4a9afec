-- What:  one row a person: birth date and sex (corrections correct all days), caseworker, recorded exception
-- Grain: one row per person with a participant record
-- Reads: known_participant, vault.identity_version, known_load
-- Binds: county
-- Makes: temporary table known_person; the smallest source id speaks for the person
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
)

SELECT DISTINCT ON (p.person_uid)
    p.person_uid,
    p.ref_id,
    b.birth_date,
    coalesce(p.sex, 'x') AS sex,
    p.caseworker,
    p.file_id,
    p.sheet,
    p.row,
    CASE
        WHEN p.exception_reason IS NOT NULL AND p.exception_approved_by IS NOT NULL THEN p.exception_from
    END AS exception_from
FROM known_participant AS p
INNER JOIN births AS b ON p.ref_id = b.ref_id
WHERE p.is_newest
ORDER BY p.person_uid ASC, p.ref_id ASC
