-- What:  every offer run of a new measure, started in the period for a cluster of needs or not
-- Grain: one row per offer run
-- Reads: cfg_window, cfg_module, known_run
-- Binds: period, mode
SELECT
    NULL AS person_uid,
    concat_ws('/', r.offer_id, nullif(r.run_id, '')) AS thing,
    CASE
        WHEN r.need_cluster IS NOT NULL AND r.starts_on BETWEEN w.facts_from AND w.facts_to AND m.module_group = 'new' THEN 1
        ELSE 0
    END AS amount,
    0 AS weight,
    CASE
        WHEN coalesce(m.module_group, '') <> 'new' THEN 'measure_not_new'
        WHEN r.need_cluster IS NULL THEN 'measure_without_cluster'
        WHEN r.starts_on BETWEEN w.facts_from AND w.facts_to THEN 'measure_started'
        ELSE 'measure_outside'
    END AS reason,
    r.starts_on AS day,
    r.source,
    r.file_id,
    r.sheet,
    r.row
FROM known_run AS r
INNER JOIN cfg_window AS w ON w.period = :period AND w.mode = :mode
LEFT JOIN cfg_module AS m ON r.module = m.code
