-- What:  enrolments that count as placements, for each period and mode
-- Grain: one row per (period, mode, enrolment)
-- Reads: cfg_window, anchor, known_event, known_enrolment, cfg_module
-- Binds: known_on
-- Makes: temporary table counted_enrolment
CREATE TEMPORARY TABLE counted_enrolment ON COMMIT DROP AS
WITH first_entry AS (
    SELECT
        a.period,
        a.mode,
        a.person_uid,
        w.events_from,
        w.events_to,
        min(e.happened_on) AS entered_on
    FROM anchor AS a
    INNER JOIN cfg_window AS w ON a.period = w.period AND a.mode = w.mode
    INNER JOIN known_event AS e
        ON a.person_uid = e.person_uid AND e.is_entry AND e.happened_on BETWEEN w.events_from AND w.events_to
    GROUP BY a.period, a.mode, a.person_uid, w.events_from, w.events_to
)

SELECT
    f.period,
    f.mode,
    f.person_uid,
    f.entered_on,
    e.offer_id,
    e.start_on,
    e.state,
    e.module,
    m.module_group,
    e.source,
    e.file_id,
    e.sheet,
    e.row
FROM first_entry AS f
INNER JOIN known_enrolment AS e ON f.person_uid = e.person_uid
INNER JOIN cfg_module AS m ON e.module = m.code
WHERE
    e.state IN ('started', 'completed', 'dropped')
    AND e.start_on BETWEEN f.events_from AND f.events_to
    AND e.start_on <= :known_on
    AND e.start_on >= f.entered_on
    AND m.module_group IN ('new', 'regular')
