-- What:  episodes of persons whose case work and figures may use them, as known
-- Grain: one row per episode record
-- Reads: core.episode_version, known_load, known_link, known_person, known_refusal
-- Binds: county
-- Makes: temporary table known_episode; left_on infinity while it runs; hidden_from: consent to case work withdrawn
CREATE TEMPORARY TABLE known_episode ON COMMIT DROP AS
SELECT
    k.person_uid,
    e.entered_on,
    least(e.left_on, e.ended_on, DATE 'infinity') AS left_on,
    coalesce(c.withdrawn_on, DATE 'infinity') AS hidden_from,
    e.source,
    e.file_id,
    e.sheet,
    e.row
FROM core.episode_version AS e
INNER JOIN known_load AS opened ON e.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON e.closed_load = closed.load_id
INNER JOIN known_link AS k ON e.ref_id = k.ref_id
INNER JOIN known_person AS p ON k.person_uid = p.person_uid
LEFT JOIN known_refusal AS c ON k.person_uid = c.person_uid AND c.purpose = 'casework'
LEFT JOIN known_refusal AS r ON k.person_uid = r.person_uid AND r.purpose = 'statistics'
WHERE
    e.county = :county
    AND closed.load_id IS NULL
    AND e.closed_load IS DISTINCT FROM e.opened_load
    AND r.person_uid IS NULL
