-- What:  what each contacted person counts for, with the members of all dimensions on the anchor day
-- Grain: one row per (period, mode, person)
-- Reads: anchor, known_person, known_event, counted_enrolment, cfg_window, cfg_commune, known_staff
-- Binds: none
-- Makes: temporary table person_figure
-- Units: days_* in days
CREATE TEMPORARY TABLE person_figure ON COMMIT DROP AS
WITH entries AS (
    SELECT
        a.period,
        a.mode,
        a.person_uid,
        min(e.happened_on) AS entered_on
    FROM anchor AS a
    INNER JOIN cfg_window AS w ON a.period = w.period AND a.mode = w.mode
    INNER JOIN known_event AS e
        ON a.person_uid = e.person_uid AND e.is_entry AND e.happened_on BETWEEN w.events_from AND w.events_to
    GROUP BY a.period, a.mode, a.person_uid
),

placements AS (
    SELECT
        c.period,
        c.mode,
        c.person_uid,
        bool_or(c.module_group = 'new') AS is_new,
        bool_or(c.module_group = 'regular') AS is_regular,
        count(*) AS enrolments_count,
        count(*) FILTER (WHERE c.state = 'dropped') AS dropped_count,
        min(c.start_on) AS started_on
    FROM counted_enrolment AS c
    GROUP BY c.period, c.mode, c.person_uid
),

-- A caseworker is written as the name or the id of a post: two rows a post, so that the join is by equality.
posts AS (
    SELECT
        lower(btrim(s.name)) AS known_as,
        s.team,
        s.valid_from,
        s.valid_until,
        s.version_id
    FROM known_staff AS s
    WHERE s.team IS NOT NULL
    UNION
    SELECT
        lower(btrim(s.staff_id)) AS known_as,
        s.team,
        s.valid_from,
        s.valid_until,
        s.version_id
    FROM known_staff AS s
    WHERE s.team IS NOT NULL
),

teams AS (
    SELECT DISTINCT ON (a.period, a.mode, a.person_uid)
        a.period,
        a.mode,
        a.person_uid,
        s.team
    FROM anchor AS a
    INNER JOIN known_person AS p ON a.person_uid = p.person_uid
    INNER JOIN posts AS s ON lower(btrim(p.caseworker)) = s.known_as
    ORDER BY
        a.period ASC,
        a.mode ASC,
        a.person_uid ASC,
        (a.anchor_on BETWEEN s.valid_from AND s.valid_until) DESC,
        s.valid_from DESC,
        s.version_id ASC
)

SELECT
    a.period,
    a.mode,
    a.person_uid,
    a.anchor_on,
    a.is_exception,
    CASE WHEN a.ags IN (SELECT g.ags FROM cfg_commune AS g) THEN a.ags ELSE 'other' END AS commune,
    CASE WHEN a.has_status THEN a.residence_group ELSE 'other' END AS residence_group,
    p.sex,
    CASE
        WHEN a.age_years BETWEEN 18 AND 20 THEN '18-20'
        WHEN a.age_years BETWEEN 21 AND 23 THEN '21-23'
        WHEN a.age_years BETWEEN 24 AND 27 THEN '24-27'
        ELSE 'other'
    END AS age_band,
    coalesce(t.team, 'other') AS team,
    e.entered_on,
    e.entered_on IS NOT NULL AS is_entered,
    coalesce(c.is_new, FALSE) AS is_new,
    coalesce(c.is_regular, FALSE) AS is_regular,
    coalesce(c.enrolments_count, 0) AS enrolments_count,
    coalesce(c.dropped_count, 0) AS dropped_count,
    c.started_on,
    greatest(e.entered_on - a.anchor_on, 0) AS days_to_entry,
    c.started_on - e.entered_on AS days_to_placement
FROM anchor AS a
INNER JOIN known_person AS p ON a.person_uid = p.person_uid
LEFT JOIN entries AS e ON a.period = e.period AND a.mode = e.mode AND a.person_uid = e.person_uid
LEFT JOIN placements AS c ON a.period = c.period AND a.mode = c.mode AND a.person_uid = c.person_uid
LEFT JOIN teams AS t ON a.period = t.period AND a.mode = t.mode AND a.person_uid = t.person_uid
