-- What:  the files behind the published state of a day
-- Grain: one row per file of a load that was known on the day
-- Reads: ops.load, raw.delivery, raw.file
-- Binds: county, known_on
SELECT DISTINCT
    f.source,
    f.name,
    f.sha256
FROM ops.load AS l
INNER JOIN raw.delivery AS d ON l.county = d.county AND l.delivery_id = d.delivery_id
CROSS JOIN LATERAL unnest(d.file_ids) AS place (file_id)
INNER JOIN raw.file AS f ON d.county = f.county AND place.file_id = f.file_id
WHERE
    l.county = :county
    AND l.published_as_of <= :known_on
    AND l.superseded_by IS NULL
ORDER BY f.source, f.name, f.sha256
