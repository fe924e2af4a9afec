-- What:  remarks on rows that were loaded, of the newest delivery of each source
-- Grain: one row per remark
-- Reads: quarantine.warning, raw.delivery
-- Binds: county
WITH newest AS (
    SELECT max(d.delivery_id) AS delivery_id
    FROM raw.delivery AS d
    WHERE d.county = :county AND d.state IN ('loaded', 'accepted')
    GROUP BY d.source
)

SELECT
    w.source,
    w.file,
    w.sheet,
    w.row,
    w.kind,
    w.column_name,
    w.rule,
    w.message,
    w.as_of,
    w.run_id::text AS run_id
FROM quarantine.warning AS w
INNER JOIN newest AS n ON w.delivery_id = n.delivery_id
WHERE w.county = :county
ORDER BY w.source, w.file, w.sheet, w.row, w.rule, w.column_name
