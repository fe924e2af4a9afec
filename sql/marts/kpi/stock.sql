-- What:  figures that do not count persons by anchor: caseload, needs, seats, freshness, network, meetings, rows
-- Grain: one row per (period, mode, kpi)
-- Reads: cfg_window, cfg_commune, cfg_module, known_episode, known_staff, known_need, known_run, known_gathering,
--        known_delivery, known_rejected
-- Binds: unmet_after_days, seats_fresh_days, offers_fresh_days, steering_body
-- Makes: temporary table stock; numerator and denominator as DOMAIN.md section 2 defines them
-- Units: day d of the stock figures is stock_on = min(period_to, as-of day), the same in every mode
CREATE TEMPORARY TABLE stock ON COMMIT DROP AS
WITH days AS (
    SELECT DISTINCT
        w.period,
        w.stock_on
    FROM cfg_window AS w
),

caseload AS (
    SELECT
        d.period,
        count(DISTINCT e.person_uid) AS numerator,
        (
            SELECT coalesce(sum(s.fte), 0)
            FROM known_staff AS s
            WHERE s.role = 'participation_manager' AND d.stock_on BETWEEN s.valid_from AND s.valid_until
        ) AS denominator
    FROM days AS d
    LEFT JOIN known_episode AS e ON d.stock_on BETWEEN e.entered_on AND e.left_on AND d.stock_on < e.hidden_from
    GROUP BY d.period, d.stock_on
),

open_needs AS (
    SELECT
        d.period,
        count(n.need_id) FILTER (
            WHERE n.recorded_on < d.stock_on - CAST(:unmet_after_days AS INTEGER)
            AND NOT n.has_seat
            AND NOT n.has_proposal
        ) AS numerator,
        count(n.need_id) AS denominator
    FROM days AS d
    LEFT JOIN known_need AS n
        ON d.stock_on >= n.recorded_on AND d.stock_on < n.closed_on AND d.stock_on < n.hidden_from
    GROUP BY d.period
),

-- Runs of the newest delivery that have not ended on the day.
current_runs AS (
    SELECT
        d.period,
        r.seats_max,
        r.seats_free,
        coalesce(
            r.seats_as_of BETWEEN d.stock_on - CAST(:seats_fresh_days AS INTEGER) AND d.stock_on
            AND r.seats_free BETWEEN 0 AND r.seats_max,
            FALSE
        ) AS has_seats,
        coalesce(
            r.verified_on BETWEEN d.stock_on - CAST(:offers_fresh_days AS INTEGER) AND d.stock_on, FALSE
        ) AS is_fresh
    FROM days AS d
    INNER JOIN known_run AS r ON coalesce(r.ends_on, DATE 'infinity') >= d.stock_on
    WHERE r.is_current AND r.ended_on IS NULL
),

runs AS (
    SELECT
        d.period,
        coalesce(sum(r.seats_max - r.seats_free) FILTER (WHERE r.has_seats), 0) AS seats_taken,
        coalesce(sum(r.seats_max) FILTER (WHERE r.has_seats), 0) AS seats,
        count(*) FILTER (WHERE r.is_fresh) AS fresh,
        count(r.period) AS offers
    FROM days AS d
    LEFT JOIN current_runs AS r ON d.period = r.period
    GROUP BY d.period
),

gatherings AS (
    SELECT
        w.period,
        w.mode,
        count(DISTINCT c.ags) AS communes,
        count(*) FILTER (WHERE g.is_meeting AND lower(btrim(g.body)) = lower(btrim(:steering_body))) AS meetings
    FROM cfg_window AS w
    LEFT JOIN known_gathering AS g ON g.happened_on BETWEEN w.facts_from AND w.facts_to
    LEFT JOIN cfg_commune AS c ON g.ags = c.ags
    GROUP BY w.period, w.mode
),

new_runs AS (
    SELECT
        r.offer_id,
        r.starts_on
    FROM known_run AS r
    INNER JOIN cfg_module AS m ON r.module = m.code
    WHERE m.module_group = 'new' AND r.need_cluster IS NOT NULL
),

measures AS (
    SELECT
        w.period,
        w.mode,
        count(r.offer_id) AS started
    FROM cfg_window AS w
    LEFT JOIN new_runs AS r ON r.starts_on BETWEEN w.facts_from AND w.facts_to
    GROUP BY w.period, w.mode
),

totals AS (
    SELECT
        (SELECT count(*) FROM cfg_commune) AS communes,
        (SELECT count(*) FROM known_rejected) AS rejected,
        (SELECT coalesce(sum(d.rows_count), 0) FROM known_delivery AS d) AS received
)

SELECT
    w.period,
    w.mode,
    k.kpi,
    k.numerator,
    k.denominator
FROM cfg_window AS w
INNER JOIN caseload AS c ON w.period = c.period
INNER JOIN open_needs AS n ON w.period = n.period
INNER JOIN runs AS r ON w.period = r.period
INNER JOIN gatherings AS g ON w.period = g.period AND w.mode = g.mode
INNER JOIN measures AS m ON w.period = m.period AND w.mode = m.mode
CROSS JOIN totals AS t
CROSS JOIN
    LATERAL (
        VALUES
        ('caseload_per_fte', c.numerator::NUMERIC, c.denominator::NUMERIC),
        ('unmet_needs', n.numerator, n.denominator),
        ('seat_use', r.seats_taken, r.seats),
        ('offers_fresh', r.fresh, r.offers),
        ('network_coverage', g.communes, t.communes),
        ('meetings_held', g.meetings, NULL),
        ('new_measures', m.started, NULL),
        ('rows_rejected', t.rejected, t.received)
    ) AS k (kpi, numerator, denominator)
