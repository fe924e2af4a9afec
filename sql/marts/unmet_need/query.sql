-- Mart:  unmet_need, where seats are missing: exact counts, which disclosure control protects before they are stored
-- Grain: one row per (wanted category, target level); the sum is the numerator of the KPI unmet_needs of the day
-- Reads: known_need, cfg_offer_kind
-- Binds: as_of, unmet_after_days
WITH unmet AS (
    SELECT
        n.category,
        n.target_level,
        count(*) AS needs_count
    FROM known_need AS n
    WHERE
        n.recorded_on < :as_of - CAST(:unmet_after_days AS integer)
        AND :as_of < n.closed_on
        AND :as_of < n.hidden_from
        AND NOT n.has_seat
        AND NOT n.has_proposal
    GROUP BY n.category, n.target_level
)

SELECT
    concat_ws('-', u.category, u.target_level) AS cluster,
    u.category,
    k.label_de AS category_label_de,
    u.target_level,
    u.needs_count
FROM unmet AS u
LEFT JOIN cfg_offer_kind AS k ON u.category = k.code
ORDER BY concat_ws('-', u.category, u.target_level)
