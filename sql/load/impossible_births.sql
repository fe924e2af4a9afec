-- What:  open participant rows whose birth date is on or after the first contact or entry
-- Grain: one row per participant record
-- Reads: core.contact_version, core.episode_version, core.participant_version, vault.identity_version, ops.load
-- Makes: temporary table impossible_birth
CREATE TEMPORARY TABLE impossible_birth ON COMMIT DROP AS
WITH events AS (
    SELECT
        ref_id,
        contact_on AS happened_on
    FROM core.contact_version
    WHERE closed_load IS NULL
    UNION ALL
    SELECT
        ref_id,
        entered_on AS happened_on
    FROM core.episode_version
    WHERE closed_load IS NULL
),

first_event AS (
    SELECT
        ref_id,
        min(happened_on) AS happened_on
    FROM events
    GROUP BY ref_id
)

SELECT
    p.source,
    p.record_key,
    p.opened_load,
    p.file_id,
    p.sheet,
    p.row,
    l.delivery_id,
    l.published_as_of IS NULL AS is_new
FROM core.participant_version AS p
INNER JOIN vault.identity_version AS i
    ON
        p.county = i.county
        AND p.source = i.source
        AND p.record_key = i.record_key
        AND i.closed_load IS NULL
INNER JOIN first_event AS e ON p.ref_id = e.ref_id
INNER JOIN ops.load AS l ON p.county = l.county AND p.opened_load = l.load_id
WHERE
    p.closed_load IS NULL
    AND i.birth_date >= e.happened_on;
