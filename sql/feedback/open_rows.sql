-- What:  the rows of one file that wait
-- Grain: one row per ticket
-- Reads: quarantine.row
-- Binds: county, file_id
SELECT
    q.sheet,
    q.row,
    q.kind,
    q.column_name,
    q.rule
FROM quarantine.row AS q
WHERE
    q.county = :county
    AND q.file_id = :file_id
    AND q.state = 'open'
ORDER BY q.sheet, q.row, q.rule
