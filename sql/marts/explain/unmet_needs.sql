-- What:  every need that is known, open or not, unmet or why not
-- Grain: one row per need record
-- Reads: cfg_window, known_need
-- Binds: period, mode, unmet_after_days
-- Units: amount unmet needs, weight open needs
WITH judged AS (
    SELECT
        n.person_uid,
        n.need_id,
        n.recorded_on,
        n.source,
        n.file_id,
        n.sheet,
        n.row,
        CASE
            WHEN w.stock_on < n.recorded_on THEN 'need_later'
            WHEN w.stock_on >= n.closed_on THEN 'need_closed'
            WHEN w.stock_on >= n.hidden_from THEN 'casework_refused'
            WHEN n.has_seat THEN 'need_has_seat'
            WHEN n.has_proposal THEN 'need_has_proposal'
            WHEN n.recorded_on >= w.stock_on - CAST(:unmet_after_days AS integer) THEN 'need_young'
            ELSE 'need_unmet'
        END AS reason
    FROM known_need AS n
    INNER JOIN cfg_window AS w ON w.period = :period AND w.mode = :mode
)

SELECT
    j.person_uid::text AS person_uid,
    j.need_id AS thing,
    CASE WHEN j.reason = 'need_unmet' THEN 1 ELSE 0 END AS amount,
    CASE WHEN j.reason IN ('need_later', 'need_closed', 'casework_refused') THEN 0 ELSE 1 END AS weight,
    j.reason,
    j.recorded_on AS day,
    j.source,
    j.file_id,
    j.sheet,
    j.row
FROM judged AS j
