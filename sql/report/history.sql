-- What:  the cumulative totals of contacted, entered and placed as they were published, at most one day a month and the newest
-- Grain: one row per (as_of, kpi)
-- Reads: mart.kpi
-- Binds: county, period, as_of
WITH month_ends AS (
    SELECT max(k.as_of) AS as_of
    FROM mart.kpi AS k
    WHERE k.county = :county AND k.period = :period AND k.as_of <= :as_of AND k.dimension = 'all'
    GROUP BY date_trunc('month', k.as_of)
)

SELECT
    k.as_of,
    k.kpi,
    k.kpi_version,
    k.value
FROM mart.kpi AS k
INNER JOIN month_ends AS m ON k.as_of = m.as_of
WHERE
    k.county = :county
    AND k.period = :period
    AND k.mode = 'cumulative'
    AND k.dimension = 'all'
    AND k.kpi IN ('contacted', 'entered', 'placed')
ORDER BY k.as_of, k.kpi
