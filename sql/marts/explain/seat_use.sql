-- What:  every offer run that is known, with the seats that count on the day
-- Grain: one row per offer run
-- Reads: cfg_window, known_run
-- Binds: period, mode, seats_fresh_days
-- Units: amount seats taken, weight seats
WITH judged AS (
    SELECT
        r.source,
        r.offer_id,
        r.run_id,
        r.seats_max,
        r.seats_free,
        r.seats_as_of,
        r.verified_on,
        r.file_id,
        r.sheet,
        r.row,
        CASE
            WHEN NOT r.is_current OR r.ended_on IS NOT NULL THEN 'run_not_delivered'
            WHEN r.ends_on < w.stock_on THEN 'run_over'
            WHEN r.seats_max IS NULL OR r.seats_free IS NULL OR r.seats_as_of IS NULL THEN 'seats_unknown'
            WHEN NOT r.seats_free BETWEEN 0 AND r.seats_max THEN 'seats_impossible'
            WHEN r.seats_as_of BETWEEN w.stock_on - CAST(:seats_fresh_days AS integer) AND w.stock_on THEN 'seats_known'
            ELSE 'seats_stale'
        END AS reason
    FROM known_run AS r
    INNER JOIN cfg_window AS w ON w.period = :period AND w.mode = :mode
)

SELECT
    NULL AS person_uid,
    concat_ws('/', j.offer_id, nullif(j.run_id, '')) AS thing,
    CASE WHEN j.reason = 'seats_known' THEN j.seats_max - j.seats_free ELSE 0 END AS amount,
    CASE WHEN j.reason = 'seats_known' THEN j.seats_max ELSE 0 END AS weight,
    j.reason,
    j.seats_as_of AS day,
    j.source,
    j.file_id,
    j.sheet,
    j.row
FROM judged AS j
