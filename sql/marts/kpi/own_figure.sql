-- What:  figures of the county's own queries, made whole: a cell they leave out is 0
-- Grain: one row per (kpi, period, mode, dimension, member); a total, and every member of each dimension they name
-- Reads: own_count (what the queries gave), cfg_window, cfg_kpi, cfg_member
-- Binds: none
-- Makes: temporary table own_figure; a KPI that has a denominator anywhere has one everywhere
CREATE TEMPORARY TABLE own_figure ON COMMIT DROP AS
WITH named AS (
    SELECT DISTINCT
        o.kpi,
        o.dimension
    FROM own_count AS o
    UNION
    SELECT DISTINCT
        c.kpi,
        'all' AS dimension
    FROM cfg_kpi AS c
    WHERE c.has_sql
),

shares AS (
    SELECT DISTINCT o.kpi
    FROM own_count AS o
    WHERE o.denominator IS NOT NULL
),

cells AS (
    SELECT
        n.kpi,
        w.period,
        w.mode,
        m.dimension,
        m.member
    FROM named AS n
    INNER JOIN cfg_kpi AS c ON n.kpi = c.kpi AND c.has_sql
    INNER JOIN cfg_window AS w ON c.period = w.period
    INNER JOIN cfg_member AS m ON n.dimension = m.dimension
)

SELECT
    coalesce(c.kpi, o.kpi) AS kpi,
    coalesce(c.period, o.period) AS period,
    coalesce(c.mode, o.mode) AS mode,
    coalesce(c.dimension, o.dimension) AS dimension,
    coalesce(c.member, o.member) AS member,
    coalesce(o.numerator, 0) AS numerator,
    CASE WHEN s.kpi IS NOT NULL THEN coalesce(o.denominator, 0) END AS denominator,
    c.kpi IS NULL AS is_stray
FROM cells AS c
FULL JOIN own_count AS o
    ON
        c.kpi = o.kpi AND c.period = o.period AND c.mode = o.mode AND c.dimension = o.dimension AND c.member = o.member
LEFT JOIN shares AS s ON coalesce(c.kpi, o.kpi) = s.kpi
