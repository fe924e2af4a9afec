-- Mart:  offer, what can be taken up
-- Grain: one row per offer run of the newest delivery that has not ended
-- Reads: core.offer_run, cfg_offer_kind
-- Binds: county, as_of, offers_fresh_days
INSERT INTO mart.offer (
    county, offer_id, run_id, source, provider, title, kind, kind_label_de, family, module, ags, mode, starts_on, ends_on,
    weekdays, from_time, to_time, hours_week, seats_max, seats_min, seats_free, seats_as_of, entry_level, target_level,
    min_age, max_age, part_time, childcare, cost_eur, verified_on, is_fresh, as_of
)
SELECT
    o.county,
    o.offer_id,
    o.run_id,
    o.source,
    o.provider,
    o.title,
    o.kind,
    k.label_de,
    k.family,
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
    o.verified_on,
    coalesce(o.verified_on BETWEEN :as_of - CAST(:offers_fresh_days AS integer) AND :as_of, FALSE),
    :as_of
FROM core.offer_run AS o
LEFT JOIN cfg_offer_kind AS k ON o.kind = k.code
WHERE
    o.county = :county
    AND o.ended_on IS NULL
    AND (o.ends_on IS NULL OR o.ends_on >= :as_of)
