-- What:  every enrolment that counts for a placement, dropped or not
-- Grain: one row per counting enrolment
-- Reads: counted_enrolment
-- Binds: period, mode
-- Units: amount dropped enrolments, weight counting enrolments
SELECT
    c.person_uid::text AS person_uid,
    c.offer_id AS thing,
    CASE WHEN c.state = 'dropped' THEN 1 ELSE 0 END AS amount,
    1 AS weight,
    CASE WHEN c.state = 'dropped' THEN 'enrolment_dropped' ELSE 'enrolment_kept' END AS reason,
    c.start_on AS day,
    c.source,
    c.file_id,
    c.sheet,
    c.row
FROM counted_enrolment AS c
WHERE c.period = :period AND c.mode = :mode
