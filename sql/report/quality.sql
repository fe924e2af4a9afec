-- What:  the newest delivery of each supplier
-- Grain: one row per source
-- Reads: mart.supplier_quality
-- Binds: county
SELECT DISTINCT ON (q.source)
    q.source,
    q.supplier,
    q.delivered_as_of,
    q.rows_received,
    q.rows_rejected,
    q.reject_share,
    q.open_rows,
    q.median_days_to_fix
FROM mart.supplier_quality AS q
WHERE q.county = :county
ORDER BY q.source, q.delivery_id DESC
