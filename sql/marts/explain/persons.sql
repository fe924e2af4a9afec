-- What:  everybody who is known, with what counts or stands in the way in one period and mode
-- Grain: one row per known person
-- Reads: the temporary tables of compute_figures; core.contact_version
-- Binds: county, period, mode
-- Units: *_on days; file_id, sheet, row name the fact behind the anchor, the entry and the start
WITH chosen AS (
    SELECT
        w.events_from,
        w.events_to,
        w.anchors_to
    FROM cfg_window AS w
    WHERE w.period = :period AND w.mode = :mode
),

attempts AS (
    SELECT DISTINCT k.person_uid
    FROM core.contact_version AS c
    INNER JOIN known_link AS k ON c.ref_id = k.ref_id
    INNER JOIN known_load AS opened ON c.opened_load = opened.load_id
    WHERE c.county = :county AND NOT c.two_way
),

first_tests AS (
    SELECT DISTINCT ON (t.person_uid)
        t.person_uid,
        t.happened_on,
        t.lives_here,
        t.has_status,
        t.has_age,
        t.age_years
    FROM target_day AS t
    CROSS JOIN chosen AS c
    WHERE t.happened_on BETWEEN c.events_from AND c.anchors_to
    ORDER BY t.person_uid ASC, t.happened_on ASC
),

anchor_facts AS (
    SELECT DISTINCT ON (f.person_uid)
        f.person_uid,
        e.is_entry,
        e.source,
        e.file_id,
        e.sheet,
        e.row
    FROM person_figure AS f
    INNER JOIN known_event AS e ON f.person_uid = e.person_uid AND f.anchor_on = e.happened_on
    WHERE f.period = :period AND f.mode = :mode
    ORDER BY f.person_uid ASC, e.is_entry ASC, e.source ASC, e.row ASC
),

entry_facts AS (
    SELECT DISTINCT ON (f.person_uid)
        f.person_uid,
        e.source,
        e.file_id,
        e.sheet,
        e.row
    FROM person_figure AS f
    INNER JOIN known_event AS e ON f.person_uid = e.person_uid AND f.entered_on = e.happened_on AND e.is_entry
    WHERE f.period = :period AND f.mode = :mode
    ORDER BY f.person_uid ASC, e.source ASC, e.row ASC
),

start_facts AS (
    SELECT DISTINCT ON (c.person_uid, c.module_group)
        c.person_uid,
        c.module_group,
        c.start_on,
        c.source,
        c.file_id,
        c.sheet,
        c.row
    FROM counted_enrolment AS c
    WHERE c.period = :period AND c.mode = :mode
    ORDER BY c.person_uid ASC, c.module_group ASC, c.start_on ASC, c.source ASC, c.row ASC
),

held_back AS (
    SELECT
        e.person_uid,
        bool_or(e.state NOT IN ('started', 'completed', 'dropped')) AS has_unstarted,
        bool_and(coalesce(e.module = 'F6', FALSE)) AS has_casework,
        bool_or(e.state IN ('started', 'completed', 'dropped') AND e.start_on < f.entered_on) AS has_before_entry,
        bool_or(
            e.state IN ('started', 'completed', 'dropped')
            AND e.start_on IS NOT NULL
            AND NOT e.start_on BETWEEN c.events_from AND c.events_to
        ) AS has_outside,
        bool_or(e.start_on IS NULL) AS has_no_day
    FROM known_enrolment AS e
    CROSS JOIN chosen AS c
    LEFT JOIN person_figure AS f ON e.person_uid = f.person_uid AND f.period = :period AND f.mode = :mode
    GROUP BY e.person_uid
)

SELECT
    p.person_uid::text AS person_uid,
    f.person_uid IS NOT NULL AS is_contacted,
    coalesce(f.is_entered, FALSE) AS is_entered,
    coalesce(f.is_new, FALSE) AS is_new,
    coalesce(f.is_regular, FALSE) AS is_regular,
    coalesce(f.is_exception, FALSE) AS is_exception,
    f.anchor_on,
    f.entered_on,
    coalesce(a.is_entry, FALSE) AS anchored_by_entry,
    coalesce(t.happened_on < f.anchor_on, FALSE) AS anchor_moved,
    r.person_uid IS NOT NULL AS has_refused,
    t.person_uid IS NOT NULL AS has_event,
    coalesce(t.lives_here, FALSE) AS lives_here,
    coalesce(t.has_status, FALSE) AS has_status,
    coalesce(t.has_age, FALSE) AS has_age,
    m.person_uid IS NOT NULL AS has_attempt,
    EXISTS(
        SELECT 1 FROM known_event AS e
        WHERE e.person_uid = p.person_uid
    ) AS has_any_event,
    coalesce(h.has_unstarted, FALSE) AS has_unstarted,
    coalesce(h.has_casework, FALSE) AS has_casework,
    coalesce(h.has_before_entry, FALSE) AS has_before_entry,
    coalesce(h.has_outside, FALSE) AS has_outside,
    coalesce(h.has_no_day, FALSE) AS has_no_day,
    h.person_uid IS NOT NULL AS has_enrolment,
    a.source AS anchor_source,
    a.file_id AS anchor_file_id,
    a.sheet AS anchor_sheet,
    a.row AS anchor_row,
    i.source AS entry_source,
    i.file_id AS entry_file_id,
    i.sheet AS entry_sheet,
    i.row AS entry_row,
    n.start_on AS new_on,
    n.source AS new_source,
    n.file_id AS new_file_id,
    n.sheet AS new_sheet,
    n.row AS new_row,
    g.start_on AS regular_on,
    g.source AS regular_source,
    g.file_id AS regular_file_id,
    g.sheet AS regular_sheet,
    g.row AS regular_row,
    p.source AS person_source,
    p.file_id AS person_file_id,
    p.sheet AS person_sheet,
    p.row AS person_row
FROM known_person AS p
LEFT JOIN person_figure AS f ON p.person_uid = f.person_uid AND f.period = :period AND f.mode = :mode
LEFT JOIN anchor_facts AS a ON p.person_uid = a.person_uid
LEFT JOIN entry_facts AS i ON p.person_uid = i.person_uid
LEFT JOIN start_facts AS n ON p.person_uid = n.person_uid AND n.module_group = 'new'
LEFT JOIN start_facts AS g ON p.person_uid = g.person_uid AND g.module_group = 'regular'
LEFT JOIN known_refusal AS r ON p.person_uid = r.person_uid AND r.purpose = 'statistics'
LEFT JOIN first_tests AS t ON p.person_uid = t.person_uid
LEFT JOIN attempts AS m ON p.person_uid = m.person_uid
LEFT JOIN held_back AS h ON p.person_uid = h.person_uid
ORDER BY person_uid
