-- What:  every enrolment with its run, start day and the module of that day, as known
-- Grain: one row per enrolment record
-- Reads: core.enrolment_version, known_load, known_link, known_run, known_module
-- Binds: county
-- Makes: temporary table known_enrolment; start_on NULL where neither enrolment nor run has one
CREATE TEMPORARY TABLE known_enrolment ON COMMIT DROP AS
WITH visible AS (
    SELECT
        e.version_id,
        k.person_uid,
        e.offer_source,
        e.offer_id,
        e.run_id,
        e.state,
        e.starts_on,
        e.ends_on,
        e.ended_on,
        e.source,
        e.file_id,
        e.sheet,
        e.row
    FROM core.enrolment_version AS e
    INNER JOIN known_load AS opened ON e.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON e.closed_load = closed.load_id
    INNER JOIN known_link AS k ON e.ref_id = k.ref_id
    WHERE
        e.county = :county
        AND closed.load_id IS NULL
        AND e.closed_load IS DISTINCT FROM e.opened_load
),

-- An enrolment that names no run, or one that nobody knows, takes the offer's own: the run without a number,
-- the one that holds the start day, or the first.
placed AS (
    SELECT DISTINCT ON (v.version_id)
        v.version_id,
        r.run_id AS found_run,
        r.kind,
        coalesce(v.starts_on, r.starts_on) AS start_on
    FROM visible AS v
    INNER JOIN known_run AS r ON v.offer_source = r.source AND v.offer_id = r.offer_id
    ORDER BY
        v.version_id ASC,
        (r.run_id = coalesce(v.run_id, '')) DESC,
        (r.run_id = '') DESC,
        coalesce(v.starts_on BETWEEN r.starts_on AND coalesce(r.ends_on, DATE 'infinity'), FALSE) DESC,
        r.starts_on ASC NULLS LAST,
        r.run_id ASC
)

SELECT
    v.person_uid,
    v.offer_source,
    v.offer_id,
    p.found_run AS run_id,
    p.kind,
    v.state,
    p.start_on,
    v.ends_on,
    v.ended_on,
    m.module,
    v.source,
    v.file_id,
    v.sheet,
    v.row
FROM visible AS v
INNER JOIN placed AS p ON v.version_id = p.version_id
LEFT JOIN known_module AS m
    ON
        v.offer_source = m.source
        AND v.offer_id = m.offer_id
        AND p.found_run = m.run_id
        AND p.start_on BETWEEN m.from_on AND m.until_on
