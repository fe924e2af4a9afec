-- What:  every offer run that is known, verified lately or not
-- Grain: one row per offer run
-- Reads: cfg_window, known_run
-- Binds: period, mode, offers_fresh_days
-- Units: amount fresh offers, weight offers
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
            WHEN r.verified_on BETWEEN w.stock_on - CAST(:offers_fresh_days AS integer) AND w.stock_on THEN 'offer_fresh'
            ELSE 'offer_stale'
        END AS reason
    FROM known_run AS r
    INNER JOIN cfg_window AS w ON w.period = :period AND w.mode = :mode
)

SELECT
    NULL AS person_uid,
    concat_ws('/', j.offer_id, nullif(j.run_id, '')) AS thing,
    CASE WHEN j.reason = 'offer_fresh' THEN 1 ELSE 0 END AS amount,
    CASE WHEN j.reason IN ('offer_fresh', 'offer_stale') THEN 1 ELSE 0 END AS weight,
    j.reason,
    j.verified_on AS day,
    j.source,
    j.file_id,
    j.sheet,
    j.row
FROM judged AS j
