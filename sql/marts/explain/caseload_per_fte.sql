-- What:  everybody who is known, with or without a running episode on the day, and the posts beside them
-- Grain: one row per known person, one per post of participation managers
-- Reads: cfg_window, known_person, known_episode, known_refusal, known_staff
-- Binds: period, mode
-- Units: amount persons, weight full-time posts
WITH chosen AS (
    SELECT w.stock_on
    FROM cfg_window AS w
    WHERE w.period = :period AND w.mode = :mode
),

nearest AS (
    SELECT DISTINCT ON (e.person_uid)
        e.person_uid,
        e.entered_on,
        c.stock_on BETWEEN e.entered_on AND e.left_on AS is_open,
        c.stock_on >= e.hidden_from AS is_hidden,
        e.entered_on > c.stock_on AS is_later,
        e.source,
        e.file_id,
        e.sheet,
        e.row
    FROM known_episode AS e
    CROSS JOIN chosen AS c
    ORDER BY
        e.person_uid ASC, (c.stock_on BETWEEN e.entered_on AND e.left_on) DESC, e.entered_on DESC, e.source ASC, e.row ASC
)

SELECT
    p.person_uid::text AS person_uid,
    NULL AS thing,
    CASE WHEN n.is_open AND NOT n.is_hidden THEN 1 ELSE 0 END AS amount,
    0::numeric AS weight,
    CASE
        WHEN r.person_uid IS NOT NULL THEN 'statistics_refused'
        WHEN n.person_uid IS NULL THEN 'no_episode'
        WHEN n.is_open AND n.is_hidden THEN 'casework_refused'
        WHEN n.is_open THEN 'episode_open'
        WHEN n.is_later THEN 'episode_later'
        ELSE 'episode_over'
    END AS reason,
    n.entered_on AS day,
    coalesce(n.source, p.source) AS source,
    coalesce(n.file_id, p.file_id) AS file_id,
    CASE WHEN n.person_uid IS NULL THEN p.sheet ELSE n.sheet END AS sheet,
    coalesce(n.row, p.row) AS row
FROM known_person AS p
LEFT JOIN nearest AS n ON p.person_uid = n.person_uid
LEFT JOIN known_refusal AS r ON p.person_uid = r.person_uid AND r.purpose = 'statistics'
UNION ALL
SELECT
    NULL AS person_uid,
    s.staff_id AS thing,
    0 AS amount,
    CASE WHEN c.stock_on BETWEEN s.valid_from AND s.valid_until THEN s.fte ELSE 0 END AS weight,
    CASE WHEN c.stock_on BETWEEN s.valid_from AND s.valid_until THEN 'post_filled' ELSE 'post_not_filled' END AS reason,
    s.valid_from AS day,
    s.source,
    s.file_id,
    s.sheet,
    s.row
FROM known_staff AS s
CROSS JOIN chosen AS c
WHERE s.role = 'participation_manager'
