-- What:  which person each source id stands for, as known
-- Grain: one row per source id
-- Reads: core.person_link, known_load
-- Binds: county
-- Makes: temporary table known_link
CREATE TEMPORARY TABLE known_link ON COMMIT DROP AS
SELECT DISTINCT ON (l.ref_id)
    l.ref_id,
    l.person_uid
FROM core.person_link AS l
INNER JOIN known_load AS opened ON l.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON l.closed_load = closed.load_id
WHERE
    l.county = :county
    AND closed.load_id IS NULL
    AND l.closed_load IS DISTINCT FROM l.opened_load
ORDER BY l.ref_id ASC, opened.day DESC, l.opened_load DESC
