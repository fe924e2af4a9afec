-- What:  close the rejected participant versions; one that was never shown is undone and its predecessor opened again
-- Reads: impossible_birth (temporary)
-- Note:  row-level security keeps both tables to the session's county
UPDATE core.participant_version AS v
SET closed_load = CASE WHEN b.is_new THEN v.opened_load ELSE (SELECT max(l.load_id) FROM ops.load AS l) END
FROM impossible_birth AS b
WHERE v.source = b.source AND v.record_key = b.record_key AND v.closed_load IS NULL;

UPDATE vault.identity_version AS v
SET closed_load = CASE WHEN b.is_new THEN v.opened_load ELSE (SELECT max(l.load_id) FROM ops.load AS l) END
FROM impossible_birth AS b
WHERE v.source = b.source AND v.record_key = b.record_key AND v.closed_load IS NULL;

UPDATE core.participant_version AS v
SET closed_load = NULL
FROM impossible_birth AS b
WHERE
    b.is_new
    AND v.source = b.source
    AND v.record_key = b.record_key
    AND v.closed_load = b.opened_load
    AND v.opened_load < b.opened_load;

UPDATE vault.identity_version AS v
SET closed_load = NULL
FROM impossible_birth AS b
WHERE
    b.is_new
    AND v.source = b.source
    AND v.record_key = b.record_key
    AND v.closed_load = b.opened_load
    AND v.opened_load < b.opened_load;

UPDATE raw.delivery AS d
SET
    counts = jsonb_set(
        jsonb_set(
            d.counts,
            '{kinds,participants,loaded}',
            to_jsonb((d.counts #>> '{kinds,participants,loaded}')::integer - b.rows_count)
        ),
        '{kinds,participants,rejected}',
        to_jsonb((d.counts #>> '{kinds,participants,rejected}')::integer + b.rows_count)
    )
FROM (
    SELECT
        delivery_id,
        count(*)::integer AS rows_count
    FROM impossible_birth
    GROUP BY delivery_id
) AS b
WHERE d.delivery_id = b.delivery_id AND d.counts IS NOT NULL;

-- The delivery may be a later one than the version's, with the row in another file: then its first sheet answers.
UPDATE ops.sheet_count AS c
SET
    rows_loaded = c.rows_loaded - least(b.rows_count, c.rows_loaded),
    rows_rejected = c.rows_rejected + least(b.rows_count, c.rows_loaded)
FROM (
    SELECT
        found.delivery_id,
        found.place,
        count(*)::integer AS rows_count
    FROM (
        SELECT DISTINCT ON (i.delivery_id, i.file_id, i.sheet, i.row)
            i.delivery_id,
            s.place
        FROM impossible_birth AS i
        INNER JOIN ops.sheet_count AS s ON i.delivery_id = s.delivery_id
        ORDER BY
            i.delivery_id ASC,
            i.file_id ASC,
            i.sheet ASC,
            i.row ASC,
            (i.file_id = s.file_id) DESC,
            (i.sheet IS NOT DISTINCT FROM s.sheet) DESC,
            s.place ASC
    ) AS found
    GROUP BY found.delivery_id, found.place
) AS b
WHERE c.delivery_id = b.delivery_id AND c.place = b.place;
