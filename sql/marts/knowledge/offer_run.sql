-- What:  the newest delivered version of every offer run, ended or not, as known
-- Grain: one row per (source, offer_id, run_id)
-- Reads: core.offer_version, known_load
-- Binds: county
-- Makes: temporary table known_run; is_current: delivered by the newest delivery (not vanished, not retracted)
CREATE TEMPORARY TABLE known_run ON COMMIT DROP AS
SELECT DISTINCT ON (o.source, o.offer_id, coalesce(o.run_id, ''))
    o.source,
    o.offer_id,
    coalesce(o.run_id, '') AS run_id,
    o.kind,
    o.module,
    o.starts_on,
    o.ends_on,
    o.seats_max,
    o.seats_free,
    o.seats_as_of,
    o.need_cluster,
    o.verified_on,
    o.ended_on,
    o.file_id,
    o.sheet,
    o.row,
    closed.load_id IS NULL AS is_current
FROM core.offer_version AS o
INNER JOIN known_load AS opened ON o.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON o.closed_load = closed.load_id
WHERE
    o.county = :county
    AND o.closed_load IS DISTINCT FROM o.opened_load
ORDER BY o.source ASC, o.offer_id ASC, coalesce(o.run_id, '') ASC, opened.day DESC, o.opened_load DESC, o.version_id DESC
