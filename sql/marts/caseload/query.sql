-- Mart:  caseload, persons looked after over full-time posts
-- Grain: one row per (day, role)
-- Reads: figure
-- Binds: county, as_of, per_fte
INSERT INTO mart.caseload (county, day, role, persons_count, fte, persons_per_fte, target_per_fte)
SELECT DISTINCT
    :county,
    :as_of,
    'participation_manager',
    f.numerator::integer,
    f.denominator,
    f.value,
    CAST(:per_fte AS numeric)
FROM figure AS f
WHERE
    f.kpi = 'caseload_per_fte'
    AND f.mode = 'cumulative'
    AND f.period = (SELECT max(g.period) FROM figure AS g)
