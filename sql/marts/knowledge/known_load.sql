-- What:  the loads that are known on the knowledge day
-- Grain: one row per load
-- Reads: ops.load
-- Binds: county, known_on
-- Makes: temporary table known_load
CREATE TEMPORARY TABLE known_load ON COMMIT DROP AS
SELECT
    l.load_id,
    l.published_as_of AS day
FROM ops.load AS l
WHERE
    l.county = :county
    AND l.published_as_of <= :known_on
    AND l.superseded_by IS NULL
