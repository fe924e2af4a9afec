-- What:  every delivered version of every participant record, in order, as known
-- Grain: one row per (source id, version)
-- Reads: core.participant_version, known_load, known_link
-- Binds: county
-- Makes: temporary table known_participant; place counts from 1 within ref_id
CREATE TEMPORARY TABLE known_participant ON COMMIT DROP AS
SELECT
    p.ref_id,
    k.person_uid,
    p.source,
    p.sex,
    p.residence_status,
    p.status_from,
    p.status_until,
    p.ags,
    p.ags_from,
    p.caseworker,
    p.exception_reason,
    p.exception_approved_by,
    p.exception_from,
    p.ended_on,
    p.file_id,
    p.sheet,
    p.row,
    opened.day,
    p.opened_load,
    row_number() OVER delivered AS place,
    row_number() OVER (PARTITION BY p.ref_id ORDER BY opened.day DESC, p.opened_load DESC, p.version_id DESC) = 1 AS is_newest
FROM core.participant_version AS p
INNER JOIN known_load AS opened ON p.opened_load = opened.load_id
INNER JOIN known_link AS k ON p.ref_id = k.ref_id
WHERE
    p.county = :county
    AND p.closed_load IS DISTINCT FROM p.opened_load
WINDOW delivered AS (PARTITION BY p.ref_id ORDER BY opened.day, p.opened_load, p.version_id)
