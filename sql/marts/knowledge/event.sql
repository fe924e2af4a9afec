-- What:  qualifying contacts and entries, as known
-- Grain: one row per fact
-- Reads: core.contact_version, core.episode_version, known_load, known_link, known_person, known_refusal
-- Binds: county, known_on
-- Makes: temporary table known_event; is_entry tells entries from contacts
CREATE TEMPORARY TABLE known_event ON COMMIT DROP AS
WITH facts AS (
    SELECT
        c.ref_id,
        c.contact_on AS happened_on,
        FALSE AS is_entry,
        c.source,
        c.file_id,
        c.sheet,
        c.row,
        c.opened_load,
        c.closed_load
    FROM core.contact_version AS c
    WHERE c.county = :county AND c.two_way
    UNION ALL
    SELECT
        e.ref_id,
        e.entered_on AS happened_on,
        TRUE AS is_entry,
        e.source,
        e.file_id,
        e.sheet,
        e.row,
        e.opened_load,
        e.closed_load
    FROM core.episode_version AS e
    WHERE e.county = :county
)

SELECT
    k.person_uid,
    f.happened_on,
    f.is_entry,
    f.source,
    f.file_id,
    f.sheet,
    f.row
FROM facts AS f
INNER JOIN known_load AS opened ON f.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON f.closed_load = closed.load_id
INNER JOIN known_link AS k ON f.ref_id = k.ref_id
INNER JOIN known_person AS p ON k.person_uid = p.person_uid
LEFT JOIN known_refusal AS r ON k.person_uid = r.person_uid AND r.purpose = 'statistics'
WHERE
    closed.load_id IS NULL
    AND f.closed_load IS DISTINCT FROM f.opened_load
    AND r.person_uid IS NULL
    AND f.happened_on <= :known_on
