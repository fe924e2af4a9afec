-- What:  the totals of the newest school year on the last published days, and how much was delivered by then
-- Grain: one row per (as_of, kpi)
-- Reads: internal.kpi
-- Binds: county, as_of, days
WITH recent AS (
    SELECT DISTINCT k.as_of
    FROM internal.kpi AS k
    WHERE k.county = :county AND k.as_of < :as_of
    ORDER BY k.as_of DESC
    LIMIT :days
)

SELECT
    k.as_of,
    k.kpi,
    k.numerator::double precision AS numerator,
    k.value::double precision AS value
FROM internal.kpi AS k
WHERE
    k.county = :county
    AND k.mode = 'cumulative'
    AND k.dimension = 'all'
    AND k.period = (
        SELECT max(n.period) FROM internal.kpi AS n
        WHERE n.county = :county AND n.as_of = :as_of
    )
    AND (k.as_of = :as_of OR k.as_of IN (SELECT r.as_of FROM recent AS r))
ORDER BY k.as_of, k.kpi
