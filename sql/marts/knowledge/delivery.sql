-- What:  the newest published deliveries of each source (all increments that came in one run), as known
-- Grain: one row per delivery
-- Reads: raw.delivery, ops.load, known_load
-- Binds: county
-- Makes: temporary table known_delivery; a delivery is known from the day of the run that published its load
CREATE TEMPORARY TABLE known_delivery ON COMMIT DROP AS
WITH known AS (
    SELECT
        d.source,
        d.delivery_id,
        d.run_id,
        d.counts
    FROM raw.delivery AS d
    WHERE
        d.county = :county
        AND d.state IN ('loaded', 'accepted', 'replaced')
        AND EXISTS (
            SELECT 1
            FROM ops.load AS l
            INNER JOIN known_load AS k ON l.load_id = k.load_id
            WHERE l.county = :county AND l.delivery_id = d.delivery_id
        )
),

newest AS (
    SELECT DISTINCT ON (k.source)
        k.source,
        k.run_id
    FROM known AS k
    ORDER BY k.source ASC, k.delivery_id DESC
)

SELECT
    k.source,
    k.delivery_id,
    coalesce((k.counts #>> '{rows,data}')::bigint, 0) AS rows_count
FROM known AS k
INNER JOIN newest AS n ON k.source = n.source AND k.run_id = n.run_id
