-- What:  posts, as known
-- Grain: one row per post and period
-- Reads: core.staff_version, known_load
-- Binds: county
-- Makes: temporary table known_staff; valid_until infinity while it runs
-- Units: fte full-time posts
CREATE TEMPORARY TABLE known_staff ON COMMIT DROP AS
SELECT
    s.version_id,
    s.staff_id,
    s.name,
    s.team,
    s.role,
    s.fte,
    s.valid_from,
    least(s.valid_until, s.ended_on, DATE 'infinity') AS valid_until,
    s.source,
    s.file_id,
    s.sheet,
    s.row
FROM core.staff_version AS s
INNER JOIN known_load AS opened ON s.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON s.closed_load = closed.load_id
WHERE
    s.county = :county
    AND closed.load_id IS NULL
    AND s.closed_load IS DISTINCT FROM s.opened_load
