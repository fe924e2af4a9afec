-- Mart:  supplier_quality, how well suppliers deliver
-- Grain: one row per delivery
-- Reads: raw.delivery, quarantine.row, cfg_supplier
-- Binds: county
INSERT INTO mart.supplier_quality (
    county, source, delivery_id, supplier, delivered_as_of, rows_received, rows_rejected, reject_share, open_rows,
    median_days_to_fix, state
)
SELECT
    d.county,
    d.source,
    d.delivery_id,
    coalesce(s.supplier, d.source),
    d.as_of,
    coalesce((d.counts #>> '{rows,data}')::integer, 0),
    coalesce((d.counts ->> 'rejected_rows')::integer, 0),
    (d.counts ->> 'rejected_rows')::numeric / nullif((d.counts #>> '{rows,data}')::numeric, 0),
    q.open_rows,
    q.median_days,
    d.state
FROM raw.delivery AS d
LEFT JOIN cfg_supplier AS s ON d.source = s.source
CROSS JOIN
    LATERAL (
        SELECT
            count(*) FILTER (WHERE r.state = 'open') AS open_rows,
            (percentile_cont(0.5) WITHIN GROUP (ORDER BY r.resolved_on - r.as_of) FILTER (WHERE r.state = 'fixed'))::numeric
                AS median_days
        FROM quarantine.row AS r
        WHERE r.county = d.county AND r.delivery_id = d.delivery_id
    ) AS q
WHERE d.county = :county
