-- What:  rows in quarantine of the newest deliveries, as known
-- Grain: one row per source row, whatever the number of rules it broke
-- Reads: quarantine.row, known_delivery
-- Binds: county, known_on
-- Makes: temporary table known_rejected
CREATE TEMPORARY TABLE known_rejected ON COMMIT DROP AS
SELECT
    q.source,
    q.file,
    q.sheet,
    q.row,
    min(q.rule) AS rule,
    min(q.as_of) AS as_of,
    max(q.file_id) AS file_id
FROM quarantine.row AS q
INNER JOIN known_delivery AS d ON q.source = d.source AND q.delivery_id = d.delivery_id
WHERE
    q.county = :county
    AND q.as_of <= :known_on
    AND (q.state IN ('open', 'waived') OR q.resolved_on > :known_on)
GROUP BY q.source, q.file, q.sheet, q.row
