-- What:  open participant rows whose birth date is on or after the first contact or entry
-- Grain: one row per participant record
-- Reads: full_source (temporary: sources whose deliveries are full), raw.delivery, core.contact_version, core.episode_version, core.participant_version, vault.identity_version, ops.load
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
),

-- The newest full delivery holds every record that is open, whichever delivery first brought it.
standing AS (
    SELECT
        source,
        max(delivery_id) AS delivery_id
    FROM raw.delivery
    WHERE
        state = 'loaded'
        AND source IN (SELECT s.source FROM full_source AS s)
    GROUP BY source
)

SELECT
    p.source,
    p.record_key,
    p.opened_load,
    p.file_id,
    p.sheet,
    p.row,
    coalesce(d.delivery_id, l.delivery_id) AS delivery_id,
    l.delivery_id AS opened_delivery,
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
LEFT JOIN standing AS d ON p.source = d.source
WHERE
    p.closed_load IS NULL
    AND i.birth_date >= e.happened_on;
