-- Mart:  placement_bridge, placed = new + regular - both, as everybody may read it
-- Grain: one row per (period, mode) of the day
-- Reads: mart.kpi (the day's totals as shown)
-- Binds: county, as_of
INSERT INTO mart.placement_bridge (
    county, period, mode, as_of, known_on, placed_new, placed_regular, placed_both, placed, protection
)
SELECT
    k.county,
    k.period,
    k.mode,
    k.as_of,
    k.known_on,
    max(k.numerator) FILTER (WHERE k.kpi = 'placed_new'),
    max(k.numerator) FILTER (WHERE k.kpi = 'placed_regular'),
    max(k.numerator) FILTER (WHERE k.kpi = 'placed_both'),
    max(k.numerator) FILTER (WHERE k.kpi = 'placed'),
    CASE WHEN bool_or(k.protection = 'suppressed') THEN 'suppressed' ELSE 'exact' END
FROM mart.kpi AS k
WHERE
    k.county = :county
    AND k.as_of = :as_of
    AND k.dimension = 'all'
    AND k.kpi IN ('placed_new', 'placed_regular', 'placed_both', 'placed')
GROUP BY k.county, k.period, k.mode, k.as_of, k.known_on
