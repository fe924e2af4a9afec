-- What:  what providers offer: runs, seats, and how many were verified lately, by kind
-- Grain: one row per offer kind
-- Reads: mart.offer
-- Binds: county
-- Units: seats_* seats, of the runs that name them
SELECT
    coalesce(o.kind_label_de, o.kind) AS label,
    count(*) AS offers_count,
    sum(o.seats_max) AS seats_max,
    sum(o.seats_free) AS seats_free,
    count(*) FILTER (WHERE o.is_fresh) AS fresh_count
FROM mart.offer AS o
WHERE o.county = :county
GROUP BY coalesce(o.kind_label_de, o.kind)
ORDER BY label
