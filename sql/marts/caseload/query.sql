-- Mart:  caseload, persons looked after over full-time posts
-- Grain: one row per (day, role)
-- Reads: mart.kpi (the day's totals as shown), figure
-- Binds: county, as_of, per_fte
INSERT INTO mart.caseload (county, day, role, persons_count, fte, persons_per_fte, target_per_fte, protection)
SELECT
    k.county,
    k.as_of,
    'participation_manager',
    k.numerator::integer,
    f.denominator,
    k.value,
    CAST(:per_fte AS numeric),
    k.protection
FROM mart.kpi AS k
INNER JOIN figure AS f
    ON
        k.kpi = f.kpi
        AND k.period = f.period
        AND k.mode = f.mode
        AND k.dimension = f.dimension
WHERE
    k.county = :county
    AND k.as_of = :as_of
    AND k.kpi = 'caseload_per_fte'
    AND k.mode = 'cumulative'
    AND k.dimension = 'all'
    AND k.period = (SELECT max(g.period) FROM figure AS g)
