-- What:  needs that are open on the as-of day, of persons whose case work may use them
-- Grain: one row per need; its id with its source, as one text
-- Reads: core.need
-- Binds: county, as_of
SELECT
    n.source || chr(31) || n.need_id AS need_id,
    n.person_uid::text AS person_uid,
    n.category,
    n.target_level,
    n.current_level,
    n.priority,
    n.hours_max,
    n.childcare,
    n.part_time,
    n.radius_km,
    n.recorded_on
FROM core.need AS n
WHERE
    n.county = :county
    AND n.recorded_on <= :as_of
    AND (n.closed_on IS NULL OR n.closed_on > :as_of)
    AND (n.ended_on IS NULL OR n.ended_on > :as_of)
ORDER BY n.source, n.need_id
