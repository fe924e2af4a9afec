-- What:  the target test on every day of a contact or entry (DOMAIN.md section 2)
-- Grain: one row per (person, day)
-- Reads: known_event, known_person, known_status, known_residence
-- Binds: county_prefix
-- Makes: temporary table target_day; members of the dimensions as of that day
-- Units: age in completed years; a birthday on 29 February is completed on 1 March in other years (BGB 187, 188)
CREATE TEMPORARY TABLE target_day ON COMMIT DROP AS
WITH days AS (
    SELECT DISTINCT
        person_uid,
        happened_on
    FROM known_event
),

seen AS (
    SELECT
        d.person_uid,
        d.happened_on,
        r.ags,
        s.residence_group,
        s.residence_status,
        date_part('year', age(d.happened_on::timestamp, p.birth_date::timestamp))::integer AS age_years,
        coalesce(p.exception_from <= d.happened_on, FALSE) AS is_exception
    FROM days AS d
    INNER JOIN known_person AS p ON d.person_uid = p.person_uid
    LEFT JOIN LATERAL (
        SELECT k.ags
        FROM known_residence AS k
        WHERE k.person_uid = d.person_uid AND d.happened_on BETWEEN k.from_on AND k.until_on
        ORDER BY k.from_on DESC, k.ref_id ASC
        LIMIT 1
    ) AS r ON TRUE
    LEFT JOIN LATERAL (
        SELECT
            k.residence_group,
            k.residence_status
        FROM known_status AS k
        WHERE k.person_uid = d.person_uid AND d.happened_on BETWEEN k.from_on AND k.until_on
        ORDER BY k.from_on DESC, k.ref_id ASC
        LIMIT 1
    ) AS s ON TRUE
)

SELECT
    s.person_uid,
    s.happened_on,
    s.ags,
    s.age_years,
    s.residence_group,
    s.residence_status,
    s.is_exception,
    coalesce(s.ags LIKE :county_prefix || '%', FALSE) AS lives_here,
    coalesce(s.residence_group IN ('primary', 'secondary'), FALSE) AS has_status,
    coalesce(s.age_years BETWEEN 18 AND 27, FALSE) AS has_age,
    coalesce(
        s.ags LIKE :county_prefix || '%'
        AND s.residence_group IN ('primary', 'secondary')
        AND s.age_years BETWEEN 18 AND 27,
        FALSE
    ) AS is_target
FROM seen AS s
