-- What:  the anchor day of every person, found anew for each period and mode (CONTRACT section 5, Counting)
-- Grain: one row per (period, mode, person)
-- Reads: cfg_window, target_day
-- Binds: none
-- Makes: temporary table anchor; the first day of a contact or entry on which the target test holds
CREATE TEMPORARY TABLE anchor ON COMMIT DROP AS
SELECT DISTINCT ON (w.period, w.mode, t.person_uid)
    w.period,
    w.mode,
    t.person_uid,
    t.happened_on AS anchor_on,
    t.ags,
    t.age_years,
    t.residence_group,
    t.lives_here,
    t.has_status,
    t.has_age,
    NOT t.is_target AS is_exception
FROM cfg_window AS w
INNER JOIN target_day AS t ON t.happened_on BETWEEN w.events_from AND w.anchors_to
WHERE t.is_target OR t.is_exception
ORDER BY w.period ASC, w.mode ASC, t.person_uid ASC, t.happened_on ASC
