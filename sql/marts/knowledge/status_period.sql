-- What:  residence status by day, folded from the delivered versions (CONTRACT section 5, Time)
-- Grain: one row per (source id, period)
-- Reads: known_participant, cfg_status
-- Binds: gap_days
-- Makes: temporary table known_status: until_on after bridging gaps between two target periods
CREATE TEMPORARY TABLE known_status ON COMMIT DROP AS
WITH marked AS (
    SELECT
        p.ref_id,
        p.person_uid,
        p.place,
        p.residence_status,
        p.status_until,
        CASE
            WHEN p.status_from IS NOT NULL THEN p.status_from
            WHEN p.place = 1 THEN DATE '-infinity'
            WHEN p.residence_status <> lag(p.residence_status) OVER (PARTITION BY p.ref_id ORDER BY p.place) THEN p.day
        END AS own_from
    FROM known_participant AS p
),

-- A version without a day of its own and with the code of the one before continues that period.
started AS (
    SELECT
        m.ref_id,
        m.person_uid,
        m.place,
        m.residence_status,
        m.status_until,
        m.own_from,
        count(m.own_from) OVER (PARTITION BY m.ref_id ORDER BY m.place) AS period_no
    FROM marked AS m
),

formed AS (
    SELECT
        s.ref_id,
        s.person_uid,
        s.place,
        s.residence_status,
        s.status_until,
        first_value(s.own_from) OVER (PARTITION BY s.ref_id, s.period_no ORDER BY s.place) AS from_on
    FROM started AS s
),

-- The newer record speaks for its own first day and every later one.
ranked AS (
    SELECT
        f.ref_id,
        f.person_uid,
        f.place,
        f.residence_status,
        f.status_until,
        f.from_on,
        min(f.from_on) OVER (
            PARTITION BY f.ref_id ORDER BY f.place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS replaced_from
    FROM formed AS f
),

standing AS (
    SELECT
        r.ref_id,
        r.person_uid,
        r.residence_status,
        r.status_until,
        r.from_on,
        lead(r.from_on) OVER (PARTITION BY r.ref_id ORDER BY r.from_on) AS next_from
    FROM ranked AS r
    WHERE r.replaced_from IS NULL OR r.replaced_from > r.from_on
),

bounded AS (
    SELECT
        s.ref_id,
        s.person_uid,
        s.residence_status,
        c.residence_group,
        s.from_on,
        least(s.status_until, s.next_from - 1, e.ended_on, DATE 'infinity') AS until_on
    FROM standing AS s
    INNER JOIN known_participant AS e ON s.ref_id = e.ref_id AND e.is_newest
    INNER JOIN cfg_status AS c ON s.residence_status = c.code
    WHERE s.residence_status <> 'UNBEKANNT'
),

followed AS (
    SELECT
        b.ref_id,
        b.person_uid,
        b.residence_status,
        b.residence_group,
        b.from_on,
        b.until_on,
        lead(b.from_on) OVER (PARTITION BY b.ref_id ORDER BY b.from_on) AS next_from,
        lead(b.residence_group) OVER (PARTITION BY b.ref_id ORDER BY b.from_on) AS next_group
    FROM bounded AS b
    WHERE b.until_on >= b.from_on
)

SELECT
    f.ref_id,
    f.person_uid,
    f.residence_status,
    f.residence_group,
    f.from_on,
    CASE
        WHEN
            f.residence_group IN ('primary', 'secondary')
            AND f.next_group IN ('primary', 'secondary')
            AND f.until_on < f.next_from - 1
            AND f.next_from - f.until_on - 1 <= :gap_days
            THEN f.next_from - 1
        ELSE f.until_on
    END AS until_on
FROM followed AS f
