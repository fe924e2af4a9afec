-- What:  the funding module of every offer run by day, folded from the delivered versions
-- Grain: one row per (offer run, period)
-- Reads: core.offer_version, known_load
-- Binds: county
-- Makes: temporary table known_module; the first delivered module holds for all earlier days
CREATE TEMPORARY TABLE known_module ON COMMIT DROP AS
WITH delivered AS (
    SELECT
        o.source,
        o.offer_id,
        coalesce(o.run_id, '') AS run_id,
        o.kind,
        o.module,
        o.module_from,
        opened.day,
        row_number() OVER (
            PARTITION BY o.source, o.offer_id, coalesce(o.run_id, '')
            ORDER BY opened.day, o.opened_load, o.version_id
        ) AS place
    FROM core.offer_version AS o
    INNER JOIN known_load AS opened ON o.opened_load = opened.load_id
    WHERE
        o.county = :county
        AND o.closed_load IS DISTINCT FROM o.opened_load
),

marked AS (
    SELECT
        d.source,
        d.offer_id,
        d.run_id,
        d.kind,
        d.module,
        d.place,
        CASE
            WHEN d.place = 1 THEN DATE '-infinity'
            WHEN
                d.module = lag(d.module) OVER (PARTITION BY d.source, d.offer_id, d.run_id ORDER BY d.place)
                AND d.module_from IS NULL THEN NULL
            ELSE coalesce(d.module_from, d.day)
        END AS from_on
    FROM delivered AS d
),

ranked AS (
    SELECT
        m.source,
        m.offer_id,
        m.run_id,
        m.kind,
        m.module,
        m.from_on,
        min(m.from_on) OVER (
            PARTITION BY m.source, m.offer_id, m.run_id
            ORDER BY m.place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS replaced_from
    FROM marked AS m
    WHERE m.from_on IS NOT NULL
)

SELECT
    r.source,
    r.offer_id,
    r.run_id,
    r.kind,
    r.module,
    r.from_on,
    coalesce(
        lead(r.from_on) OVER (PARTITION BY r.source, r.offer_id, r.run_id ORDER BY r.from_on) - 1, DATE 'infinity'
    ) AS until_on
FROM ranked AS r
WHERE r.replaced_from IS NULL OR r.replaced_from > r.from_on
