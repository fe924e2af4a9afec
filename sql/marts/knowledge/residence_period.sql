-- What:  place of residence by day, folded from the delivered versions (CONTRACT section 5, Time)
-- Grain: one row per (source id, period)
-- Reads: known_participant
-- Binds: none
-- Makes: temporary table known_residence; the first delivered AGS holds for all earlier days
CREATE TEMPORARY TABLE known_residence ON COMMIT DROP AS
WITH marked AS (
    SELECT
        p.ref_id,
        p.person_uid,
        p.place,
        p.ags,
        CASE
            WHEN p.place = 1 THEN DATE '-infinity'
            WHEN p.ags_from IS NOT NULL THEN p.ags_from
            WHEN p.ags <> lag(p.ags) OVER (PARTITION BY p.ref_id ORDER BY p.place) THEN p.day
        END AS own_from
    FROM known_participant AS p
),

started AS (
    SELECT
        m.ref_id,
        m.person_uid,
        m.place,
        m.ags,
        m.own_from
    FROM marked AS m
    WHERE m.own_from IS NOT NULL
),

ranked AS (
    SELECT
        s.ref_id,
        s.person_uid,
        s.ags,
        s.own_from AS from_on,
        min(s.own_from) OVER (
            PARTITION BY s.ref_id ORDER BY s.place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS replaced_from
    FROM started AS s
)

SELECT
    r.ref_id,
    r.person_uid,
    r.ags,
    r.from_on,
    least(lead(r.from_on) OVER (PARTITION BY r.ref_id ORDER BY r.from_on) - 1, e.ended_on, DATE 'infinity') AS until_on
FROM ranked AS r
INNER JOIN known_participant AS e ON r.ref_id = e.ref_id AND e.is_newest
WHERE r.replaced_from IS NULL OR r.replaced_from > r.from_on
