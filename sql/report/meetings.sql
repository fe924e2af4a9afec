-- What:  meetings of the steering body since the programme's start and up to the period's end
-- Grain: one row per meeting
-- Reads: core.meeting_version
-- Binds: county, body, period_from, period_to
SELECT DISTINCT
    m.held_on,
    m.body,
    m.format
FROM core.meeting_version AS m
WHERE
    m.county = :county
    AND m.closed_load IS NULL
    AND m.body = :body
    AND m.held_on BETWEEN :period_from AND :period_to
ORDER BY m.held_on
