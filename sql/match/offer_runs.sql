-- What:  offer runs of the newest delivery that have not ended, and those of one offer that is asked about
-- Grain: one row per (offer_id, run_id); the offer's id with its source, as one text
-- Reads: core.offer_run
-- Binds: county, as_of, asked (an offer_id, or NULL)
SELECT
    o.source || chr(31) || o.offer_id AS offer_id,
    o.run_id,
    o.provider,
    o.title,
    o.kind,
    o.module,
    o.ags,
    o.mode,
    o.starts_on,
    o.ends_on,
    o.weekdays,
    o.from_time,
    o.to_time,
    o.hours_week,
    o.seats_max,
    o.seats_min,
    o.seats_free,
    o.seats_as_of,
    o.entry_level,
    o.target_level,
    o.min_age,
    o.max_age,
    o.part_time,
    o.childcare,
    o.cost_eur,
    o.verified_on
FROM core.offer_run AS o
WHERE
    o.county = :county
    AND o.ended_on IS NULL
    AND (o.ends_on IS NULL OR o.ends_on >= :as_of OR o.offer_id = CAST(:asked AS text))
ORDER BY o.source, o.offer_id, o.run_id
