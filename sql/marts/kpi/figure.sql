-- What:  the whole KPI table of one as-of day, exact
-- Grain: one row per (kpi, period, mode, dimension, member)
-- Reads: person_count, stock, own_figure, cfg_window, cfg_kpi
-- Binds: county, as_of, known_on
-- Makes: temporary table figure with the columns of internal.kpi
-- Units: rates are fractions, unrounded; value is NULL where the denominator is 0
CREATE TEMPORARY TABLE figure ON COMMIT DROP AS
WITH person_kpi AS (
    SELECT
        p.period,
        p.mode,
        p.dimension,
        p.member,
        k.kpi,
        k.numerator,
        k.denominator,
        k.own_value
    FROM person_count AS p
    CROSS JOIN
        LATERAL (
            VALUES
            ('contacted', p.contacted::numeric, NULL::numeric, NULL::numeric),
            ('entered', p.entered, NULL, NULL),
            ('entry_rate', p.entered, p.contacted, NULL),
            ('placed_new', p.placed_new, NULL, NULL),
            ('placed_regular', p.placed_regular, NULL, NULL),
            ('placed_both', p.placed_both, NULL, NULL),
            ('placed', p.placed, NULL, NULL),
            ('placement_rate', p.placed, p.entered, NULL),
            ('placement_rate_of_contacted', p.placed, p.contacted, NULL),
            ('dropout_rate', p.dropped, p.enrolments, NULL),
            ('days_to_entry', p.entered, p.contacted, p.median_entry::numeric),
            ('days_to_placement', p.placed, p.entered, p.median_placement::numeric)
        ) AS k (kpi, numerator, denominator, own_value)
    WHERE
        p.dimension <> 'module'
        OR k.kpi IN ('placed_new', 'placed_regular', 'placed_both', 'placed', 'dropout_rate')
),

every_kpi AS (
    SELECT
        p.period,
        p.mode,
        p.dimension,
        p.member,
        p.kpi,
        p.numerator,
        p.denominator,
        FALSE AS is_own,
        CASE
            WHEN p.kpi IN ('days_to_entry', 'days_to_placement') THEN p.own_value
            WHEN p.denominator IS NULL THEN p.numerator
            ELSE p.numerator / nullif(p.denominator, 0)
        END AS value
    FROM person_kpi AS p
    UNION ALL
    SELECT
        s.period,
        s.mode,
        'all' AS dimension,
        'all' AS member,
        s.kpi,
        s.numerator,
        s.denominator,
        FALSE AS is_own,
        CASE WHEN s.denominator IS NULL THEN s.numerator ELSE s.numerator / nullif(s.denominator, 0) END AS value
    FROM stock AS s
    UNION ALL
    SELECT
        o.period,
        o.mode,
        o.dimension,
        o.member,
        o.kpi,
        o.numerator,
        o.denominator,
        TRUE AS is_own,
        CASE WHEN o.denominator IS NULL THEN o.numerator ELSE o.numerator / nullif(o.denominator, 0) END AS value
    FROM own_figure AS o
)

SELECT
    CAST(:county AS text) AS county,
    e.kpi,
    d.version AS kpi_version,
    e.period,
    w.period_from,
    w.period_to,
    e.mode,
    CAST(:as_of AS date) AS as_of,
    CAST(:known_on AS date) AS known_on,
    e.dimension,
    e.member,
    e.numerator,
    e.denominator,
    e.value,
    CASE WHEN e.dimension = 'all' THEN d.target END AS target,
    CASE
        WHEN e.dimension <> 'all' OR d.target IS NULL OR e.value IS NULL THEN NULL
        WHEN d.direction = 'at_most' THEN e.value <= d.target
        ELSE e.value >= d.target
    END AS target_met,
    'exact' AS protection,
    NULL::text AS release_id
FROM every_kpi AS e
INNER JOIN cfg_window AS w ON e.period = w.period AND e.mode = w.mode
INNER JOIN cfg_kpi AS d ON e.kpi = d.kpi AND e.period = d.period AND e.is_own = d.has_sql
