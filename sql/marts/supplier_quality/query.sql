-- Mart:  supplier_quality, how well suppliers deliver
-- Grain: one row per delivery
-- Reads: raw.delivery, ops.sheet_count, quarantine.row, cfg_supplier
-- Binds: county
-- Units: rows_received without blank rows and footers; reject_share 0 to 1; a row counts once, however many rules it broke;
--        days from its first ticket to the delivery that mended it, under the last delivery in which it was still broken
INSERT INTO mart.supplier_quality (
    county, source, delivery_id, supplier, delivered_as_of, rows_received, rows_rejected, reject_share, open_rows,
    median_days_to_fix, state
)
WITH counted AS (
    SELECT
        c.delivery_id,
        sum(c.rows_loaded + c.rows_rejected + c.rows_duplicate)::integer AS rows_received,
        sum(c.rows_rejected)::integer AS rows_rejected
    FROM ops.sheet_count AS c
    WHERE c.county = :county
    GROUP BY c.delivery_id
)

SELECT
    d.county,
    d.source,
    d.delivery_id,
    coalesce(s.supplier, d.source),
    d.as_of,
    coalesce(c.rows_received, (d.counts #>> '{rows,data}')::integer, 0),
    coalesce(c.rows_rejected, (d.counts ->> 'rejected_rows')::integer, 0),
    coalesce(c.rows_rejected, (d.counts ->> 'rejected_rows')::integer)::numeric
    / nullif(coalesce(c.rows_received, (d.counts #>> '{rows,data}')::integer), 0),
    q.open_rows,
    q.median_days,
    d.state
FROM raw.delivery AS d
LEFT JOIN counted AS c ON d.delivery_id = c.delivery_id
LEFT JOIN cfg_supplier AS s ON d.source = s.source
CROSS JOIN
    LATERAL (
        SELECT
            count(*) FILTER (WHERE r.is_open) AS open_rows,
            (percentile_cont(0.5) WITHIN GROUP (ORDER BY r.days) FILTER (WHERE NOT r.is_open))::numeric AS median_days
        FROM (
            SELECT
                bool_or(t.state = 'open') AS is_open,
                max(t.resolved_on - t.as_of) FILTER (WHERE t.state = 'fixed') AS days
            FROM quarantine.row AS t
            WHERE t.county = d.county AND t.delivery_id = d.delivery_id
            GROUP BY t.file, t.sheet, t.row
        ) AS r
    ) AS q
WHERE d.county = :county
