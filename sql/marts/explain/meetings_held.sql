-- What:  every meeting that is known, of the steering body in the period or not
-- Grain: one row per meeting
-- Reads: cfg_window, known_gathering
-- Binds: period, mode, steering_body
SELECT
    NULL AS person_uid,
    g.thing_id AS thing,
    CASE
        WHEN
            lower(btrim(g.body)) = lower(btrim(:steering_body)) AND g.happened_on BETWEEN w.facts_from AND w.facts_to THEN 1
        ELSE 0
    END AS amount,
    0 AS weight,
    CASE
        WHEN coalesce(lower(btrim(g.body)), '') <> lower(btrim(:steering_body)) THEN 'meeting_of_others'
        WHEN g.happened_on BETWEEN w.facts_from AND w.facts_to THEN 'meeting_held'
        ELSE 'meeting_outside'
    END AS reason,
    g.happened_on AS day,
    g.source,
    g.file_id,
    g.sheet,
    g.row
FROM known_gathering AS g
INNER JOIN cfg_window AS w ON w.period = :period AND w.mode = :mode
WHERE g.is_meeting
