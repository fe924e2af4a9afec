-- What:  network contacts and meetings, as known
-- Grain: one row per record
-- Reads: core.network_contact_version, core.meeting_version, known_load
-- Binds: county
-- Makes: temporary table known_gathering; is_meeting tells meetings (body) from network contacts (ags)
CREATE TEMPORARY TABLE known_gathering ON COMMIT DROP AS
WITH facts AS (
    SELECT
        FALSE AS is_meeting,
        n.contact_id AS thing_id,
        n.contact_on AS happened_on,
        n.ags,
        NULL AS body,
        n.source,
        n.file_id,
        n.sheet,
        n.row,
        n.opened_load,
        n.closed_load
    FROM core.network_contact_version AS n
    WHERE n.county = :county
    UNION ALL
    SELECT
        TRUE AS is_meeting,
        m.meeting_id AS thing_id,
        m.held_on AS happened_on,
        NULL AS ags,
        m.body,
        m.source,
        m.file_id,
        m.sheet,
        m.row,
        m.opened_load,
        m.closed_load
    FROM core.meeting_version AS m
    WHERE m.county = :county
)

SELECT
    f.is_meeting,
    f.thing_id,
    f.happened_on,
    f.ags,
    f.body,
    f.source,
    f.file_id,
    f.sheet,
    f.row
FROM facts AS f
INNER JOIN known_load AS opened ON f.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON f.closed_load = closed.load_id
WHERE closed.load_id IS NULL AND f.closed_load IS DISTINCT FROM f.opened_load
