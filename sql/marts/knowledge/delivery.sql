-- What:  the newest loaded deliveries of each source (all increments that came in one run), as known
-- Grain: one row per delivery
-- Reads: raw.delivery
-- Binds: county, known_on
-- Makes: temporary table known_delivery
CREATE TEMPORARY TABLE known_delivery ON COMMIT DROP AS
WITH newest AS (
    SELECT DISTINCT ON (d.source)
        d.source,
        d.run_id
    FROM raw.delivery AS d
    WHERE d.county = :county AND d.state IN ('loaded', 'accepted', 'replaced') AND d.as_of <= :known_on
    ORDER BY d.source ASC, d.delivery_id DESC
)

SELECT
    d.source,
    d.delivery_id,
    coalesce((d.counts #>> '{rows,data}')::bigint, 0) AS rows_count
FROM raw.delivery AS d
INNER JOIN newest AS n ON d.source = n.source AND d.run_id = n.run_id
WHERE d.county = :county AND d.state IN ('loaded', 'accepted', 'replaced')
