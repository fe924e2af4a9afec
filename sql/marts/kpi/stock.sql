-- What:  figures that do not count persons by anchor: caseload, needs, seats, freshness, network, meetings, rows
-- Grain: one row per (period, mode, kpi)
-- Reads: cfg_window, core.*_version, known_*, quarantine.row, raw.delivery, core.match_proposal
-- Binds: county, unmet_after_days, seats_fresh_days, offers_fresh_days, steering_body
-- Makes: temporary table stock; numerator and denominator as DOMAIN.md section 2 defines them
-- Units: day d of the stock figures is stock_on = min(period_to, as-of day)
CREATE TEMPORARY TABLE stock ON COMMIT DROP AS
WITH episodes AS (
    SELECT
        k.person_uid,
        e.entered_on,
        coalesce(e.left_on, e.ended_on, DATE 'infinity') AS left_on
    FROM core.episode_version AS e
    INNER JOIN known_load AS opened ON e.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON e.closed_load = closed.load_id
    INNER JOIN known_link AS k ON e.ref_id = k.ref_id
    WHERE e.county = :county AND closed.load_id IS NULL AND e.closed_load IS DISTINCT FROM e.opened_load
),

staff AS (
    SELECT
        s.fte,
        s.valid_from,
        least(s.valid_until, s.ended_on, DATE 'infinity') AS valid_until
    FROM core.staff_version AS s
    INNER JOIN known_load AS opened ON s.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON s.closed_load = closed.load_id
    WHERE
        s.county = :county
        AND closed.load_id IS NULL
        AND s.closed_load IS DISTINCT FROM s.opened_load
        AND s.role = 'participation_manager'
),

needs AS (
    SELECT
        k.person_uid,
        n.need_id,
        n.category,
        n.recorded_on,
        least(n.closed_on, n.ended_on, DATE 'infinity') AS closed_on
    FROM core.need_version AS n
    INNER JOIN known_load AS opened ON n.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON n.closed_load = closed.load_id
    INNER JOIN known_link AS k ON n.ref_id = k.ref_id
    WHERE n.county = :county AND closed.load_id IS NULL AND n.closed_load IS DISTINCT FROM n.opened_load
),

open_needs AS (
    SELECT
        w.period,
        w.mode,
        n.need_id,
        n.recorded_on < w.stock_on - CAST(:unmet_after_days AS INTEGER)
        AND NOT EXISTS (
            SELECT 1
            FROM known_enrolment AS e
            INNER JOIN cfg_offer_kind AS o ON e.kind = o.code
            WHERE
                e.person_uid = n.person_uid
                AND e.link_state <> 'review'
                AND e.state IN ('registered', 'waiting', 'started', 'completed')
                AND n.category IN (o.code, o.family)
        )
        AND NOT EXISTS (
            SELECT 1
            FROM core.match_proposal AS p
            WHERE p.county = :county AND p.need_id = n.need_id AND p.state IN ('proposed', 'unclear', 'accepted')
        ) AS is_unmet
    FROM cfg_window AS w
    INNER JOIN needs AS n ON w.stock_on >= n.recorded_on AND w.stock_on < n.closed_on
    LEFT JOIN known_refusal AS r
        ON n.person_uid = r.person_uid AND r.purpose = 'casework' AND w.stock_on >= r.withdrawn_on
    WHERE r.person_uid IS NULL
),

current_runs AS (
    SELECT
        w.period,
        w.mode,
        r.seats_max,
        r.seats_free,
        r.seats_as_of BETWEEN w.stock_on - CAST(:seats_fresh_days AS INTEGER) AND w.stock_on
        AND r.seats_free BETWEEN 0 AND r.seats_max AS has_seats,
        coalesce(
            r.verified_on BETWEEN w.stock_on - CAST(:offers_fresh_days AS INTEGER) AND w.stock_on, FALSE
        ) AS is_fresh
    FROM cfg_window AS w
    INNER JOIN known_run AS r ON coalesce(r.ends_on, DATE 'infinity') >= w.stock_on
    WHERE r.is_current AND (r.ended_on IS NULL OR r.ended_on > w.stock_on)
),

network AS (
    SELECT DISTINCT
        n.contact_on,
        n.ags
    FROM core.network_contact_version AS n
    INNER JOIN known_load AS opened ON n.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON n.closed_load = closed.load_id
    INNER JOIN cfg_commune AS c ON n.ags = c.ags
    WHERE n.county = :county AND closed.load_id IS NULL AND n.closed_load IS DISTINCT FROM n.opened_load
),

meetings AS (
    SELECT
        m.source,
        m.meeting_id,
        m.held_on
    FROM core.meeting_version AS m
    INNER JOIN known_load AS opened ON m.opened_load = opened.load_id
    LEFT JOIN known_load AS closed ON m.closed_load = closed.load_id
    WHERE
        m.county = :county
        AND closed.load_id IS NULL
        AND m.closed_load IS DISTINCT FROM m.opened_load
        AND lower(btrim(m.body)) = lower(btrim(:steering_body))
),

newest_delivery AS (
    SELECT DISTINCT ON (d.source)
        d.source,
        d.delivery_id,
        coalesce((d.counts #>> '{rows,data}')::BIGINT, 0) AS rows_count
    FROM raw.delivery AS d
    WHERE d.county = :county AND d.state = 'loaded'
    ORDER BY d.source ASC, d.delivery_id DESC
),

rejected AS (
    SELECT count(*) AS rows_count
    FROM (
        SELECT DISTINCT
            q.source,
            q.file,
            q.sheet,
            q.row
        FROM quarantine.row AS q
        INNER JOIN newest_delivery AS d ON q.source = d.source AND q.delivery_id = d.delivery_id
        WHERE q.county = :county AND q.state IN ('open', 'waived')
    ) AS places
)

SELECT
    w.period,
    w.mode,
    'caseload_per_fte' AS kpi,
    (
        SELECT count(DISTINCT e.person_uid)
        FROM episodes AS e
        LEFT JOIN known_refusal AS r
            ON e.person_uid = r.person_uid AND r.purpose = 'casework' AND r.withdrawn_on <= w.stock_on
        WHERE r.person_uid IS NULL AND w.stock_on BETWEEN e.entered_on AND e.left_on
    )::NUMERIC AS numerator,
    (
        SELECT coalesce(sum(s.fte), 0) FROM staff AS s
        WHERE w.stock_on BETWEEN s.valid_from AND s.valid_until
    )::NUMERIC AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'unmet_needs' AS kpi,
    (
        SELECT count(*) FROM open_needs AS n
        WHERE n.period = w.period AND n.mode = w.mode AND n.is_unmet
    ) AS numerator,
    (
        SELECT count(*) FROM open_needs AS n
        WHERE n.period = w.period AND n.mode = w.mode
    ) AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'seat_use' AS kpi,
    (
        SELECT coalesce(sum(c.seats_max - c.seats_free), 0)
        FROM current_runs AS c
        WHERE c.period = w.period AND c.mode = w.mode AND c.has_seats
    ) AS numerator,
    (
        SELECT coalesce(sum(c.seats_max), 0)
        FROM current_runs AS c
        WHERE c.period = w.period AND c.mode = w.mode AND c.has_seats
    ) AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'offers_fresh' AS kpi,
    (
        SELECT count(*) FROM current_runs AS c
        WHERE c.period = w.period AND c.mode = w.mode AND c.is_fresh
    ) AS numerator,
    (
        SELECT count(*) FROM current_runs AS c
        WHERE c.period = w.period AND c.mode = w.mode
    ) AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'network_coverage' AS kpi,
    (
        SELECT count(DISTINCT n.ags) FROM network AS n
        WHERE n.contact_on BETWEEN w.facts_from AND w.facts_to
    ) AS numerator,
    (SELECT count(*) FROM cfg_commune) AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'meetings_held' AS kpi,
    (
        SELECT count(*) FROM meetings AS m
        WHERE m.held_on BETWEEN w.facts_from AND w.facts_to
    ) AS numerator,
    NULL AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'new_measures' AS kpi,
    (
        SELECT count(*)
        FROM known_run AS r
        INNER JOIN cfg_module AS m ON r.module = m.code
        WHERE
            m.module_group = 'new'
            AND r.need_cluster IS NOT NULL
            AND r.starts_on BETWEEN w.facts_from AND w.facts_to
    ) AS numerator,
    NULL AS denominator
FROM cfg_window AS w
UNION ALL
SELECT
    w.period,
    w.mode,
    'rows_rejected' AS kpi,
    (SELECT j.rows_count FROM rejected AS j) AS numerator,
    (SELECT coalesce(sum(d.rows_count), 0) FROM newest_delivery AS d) AS denominator
FROM cfg_window AS w
