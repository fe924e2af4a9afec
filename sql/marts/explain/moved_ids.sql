-- What:  persons whose source ids stood for another person on the earlier of two days
-- Grain: one row per person, of either day
-- Reads: core.person_link, ops.load
-- Binds: county, first, last
WITH loads AS (
    SELECT
        l.load_id,
        l.published_as_of AS day
    FROM ops.load AS l
    WHERE l.county = :county AND l.superseded_by IS NULL AND l.published_as_of <= :last
),

links AS (
    SELECT
        k.ref_id,
        k.person_uid,
        opened.day AS opened_on,
        coalesce(closed.day, DATE 'infinity') AS closed_on
    FROM core.person_link AS k
    INNER JOIN loads AS opened ON k.opened_load = opened.load_id
    LEFT JOIN loads AS closed ON k.closed_load = closed.load_id
    WHERE k.county = :county AND k.closed_load IS DISTINCT FROM k.opened_load
),

moved AS (
    SELECT
        b.person_uid AS before_uid,
        a.person_uid AS after_uid
    FROM links AS b
    INNER JOIN links AS a ON b.ref_id = a.ref_id
    WHERE
        b.opened_on <= :first
        AND b.closed_on > :first
        AND a.opened_on <= :last
        AND a.closed_on > :last
        AND b.person_uid <> a.person_uid
)

SELECT m.before_uid::TEXT AS person_uid
FROM moved AS m
UNION
SELECT m.after_uid::TEXT AS person_uid
FROM moved AS m
