-- What:  the newest deliveries with their rows, and each row of them in quarantine
-- Grain: one row per delivery, one per rejected row
-- Reads: known_delivery, known_rejected, raw.file, raw.delivery
-- Binds: county
-- Units: amount rejected rows, weight received rows
SELECT
    NULL AS person_uid,
    d.source AS thing,
    0 AS amount,
    d.rows_count AS weight,
    'delivery_received' AS reason,
    r.as_of AS day,
    d.source,
    NULL::bigint AS file_id,
    NULL AS sheet,
    NULL::integer AS row
FROM known_delivery AS d
INNER JOIN raw.delivery AS r ON r.county = :county AND d.delivery_id = r.delivery_id
UNION ALL
SELECT
    NULL AS person_uid,
    q.rule AS thing,
    1 AS amount,
    0 AS weight,
    'row_rejected' AS reason,
    q.as_of AS day,
    q.source,
    q.file_id,
    q.sheet,
    q.row
FROM known_rejected AS q
