-- What:  persons by period, mode and member of every dimension; a row for every member, 0 when empty
-- Grain: one row per (period, mode, dimension, member)
-- Reads: person_figure, counted_enrolment, cfg_window, cfg_member
-- Binds: none
-- Makes: temporary table person_count; module counts enrolments of that module only and is not additive
CREATE TEMPORARY TABLE person_count ON COMMIT DROP AS
WITH grouped AS (
    SELECT
        f.period,
        f.mode,
        CASE
            WHEN grouping(f.commune) = 0 THEN 'commune'
            WHEN grouping(f.residence_group) = 0 THEN 'residence_group'
            WHEN grouping(f.sex) = 0 THEN 'sex'
            WHEN grouping(f.age_band) = 0 THEN 'age_band'
            WHEN grouping(f.team) = 0 THEN 'team'
            ELSE 'all'
        END AS dimension,
        CASE
            WHEN grouping(f.commune) = 0 THEN f.commune
            WHEN grouping(f.residence_group) = 0 THEN f.residence_group
            WHEN grouping(f.sex) = 0 THEN f.sex
            WHEN grouping(f.age_band) = 0 THEN f.age_band
            WHEN grouping(f.team) = 0 THEN f.team
            ELSE 'all'
        END AS member,
        count(*) AS contacted,
        count(*) FILTER (WHERE f.is_entered) AS entered,
        count(*) FILTER (WHERE f.is_new) AS placed_new,
        count(*) FILTER (WHERE f.is_regular) AS placed_regular,
        count(*) FILTER (WHERE f.is_new AND f.is_regular) AS placed_both,
        count(*) FILTER (WHERE f.is_new OR f.is_regular) AS placed,
        sum(f.enrolments_count) AS enrolments,
        sum(f.dropped_count) AS dropped,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY f.days_to_entry) FILTER (WHERE f.is_entered) AS median_entry,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY f.days_to_placement)
        FILTER (WHERE f.started_on IS NOT NULL) AS median_placement
    FROM person_figure AS f
    GROUP BY
        GROUPING SETS (
            (f.period, f.mode),
            (f.period, f.mode, f.commune),
            (f.period, f.mode, f.residence_group),
            (f.period, f.mode, f.sex),
            (f.period, f.mode, f.age_band),
            (f.period, f.mode, f.team)
        )
),

by_person AS (
    SELECT
        c.period,
        c.mode,
        c.module,
        c.person_uid,
        bool_or(c.module_group = 'new') AS is_new,
        bool_or(c.module_group = 'regular') AS is_regular,
        count(*) AS enrolments,
        count(*) FILTER (WHERE c.state = 'dropped') AS dropped
    FROM counted_enrolment AS c
    GROUP BY c.period, c.mode, c.module, c.person_uid
),

by_module AS (
    SELECT
        b.period,
        b.mode,
        'module' AS dimension,
        b.module AS member,
        NULL::bigint AS contacted,
        NULL::bigint AS entered,
        count(*) FILTER (WHERE b.is_new) AS placed_new,
        count(*) FILTER (WHERE b.is_regular) AS placed_regular,
        count(*) FILTER (WHERE b.is_new AND b.is_regular) AS placed_both,
        count(*) AS placed,
        sum(b.enrolments) AS enrolments,
        sum(b.dropped) AS dropped,
        NULL::double precision AS median_entry,
        NULL::double precision AS median_placement
    FROM by_person AS b
    GROUP BY b.period, b.mode, b.module
),

counted AS (
    SELECT
        g.period, g.mode, g.dimension, g.member, g.contacted, g.entered, g.placed_new, g.placed_regular, g.placed_both,
        g.placed, g.enrolments, g.dropped, g.median_entry, g.median_placement
    FROM grouped AS g
    UNION ALL
    SELECT
        m.period, m.mode, m.dimension, m.member, m.contacted, m.entered, m.placed_new, m.placed_regular, m.placed_both,
        m.placed, m.enrolments, m.dropped, m.median_entry, m.median_placement
    FROM by_module AS m
)

SELECT
    w.period,
    w.mode,
    d.dimension,
    d.member,
    coalesce(c.contacted, 0) AS contacted,
    coalesce(c.entered, 0) AS entered,
    coalesce(c.placed_new, 0) AS placed_new,
    coalesce(c.placed_regular, 0) AS placed_regular,
    coalesce(c.placed_both, 0) AS placed_both,
    coalesce(c.placed, 0) AS placed,
    coalesce(c.enrolments, 0) AS enrolments,
    coalesce(c.dropped, 0) AS dropped,
    c.median_entry,
    c.median_placement
FROM cfg_window AS w
CROSS JOIN cfg_member AS d
LEFT JOIN counted AS c
    ON w.period = c.period AND w.mode = c.mode AND d.dimension = c.dimension AND d.member = c.member
