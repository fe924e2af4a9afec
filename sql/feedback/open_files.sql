-- What:  archived files with rows that wait, with how their source reads them
-- Grain: one row per file
-- Reads: quarantine.row, raw.file
-- Binds: county
SELECT
    q.source,
    q.file_id,
    f.name,
    f.sha256,
    count(*) AS rows_count
FROM quarantine.row AS q
INNER JOIN raw.file AS f ON q.county = f.county AND q.file_id = f.file_id
WHERE
    q.county = :county
    AND q.state = 'open'
GROUP BY q.source, q.file_id, f.name, f.sha256
ORDER BY q.source, f.name
