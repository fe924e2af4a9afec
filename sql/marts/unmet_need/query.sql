-- Mart:  unmet_need, where seats are missing: exact counts, which disclosure control protects before they are stored
-- Grain: one row per (wanted category, target level)
-- Reads: core.need, core.match_proposal, cfg_offer_kind, known_enrolment
-- Binds: county, as_of, unmet_after_days
WITH labels AS (
    SELECT
        k.code,
        k.label_de
    FROM cfg_offer_kind AS k
),

unmet AS (
    SELECT
        n.category,
        n.target_level,
        count(*) AS needs_count
    FROM core.need AS n
    WHERE
        n.county = :county
        AND n.recorded_on < :as_of - CAST(:unmet_after_days AS integer)
        AND (n.closed_on IS NULL OR n.closed_on > :as_of)
        AND (n.ended_on IS NULL OR n.ended_on > :as_of)
        AND NOT EXISTS (
            SELECT 1
            FROM core.match_proposal AS p
            WHERE
                p.county = n.county
                AND p.need_source = n.source
                AND p.need_id = n.need_id
                AND p.state IN ('proposed', 'unclear', 'accepted')
                AND NOT EXISTS (
                    -- Where the provider lists an accepted seat as dropped or cancelled, nothing serves the need.
                    SELECT 1
                    FROM known_enrolment AS e
                    WHERE
                        p.state = 'accepted'
                        AND e.person_uid = p.person_uid
                        AND e.offer_id = p.offer_id
                        AND e.ended_on IS NULL
                        AND coalesce(e.ends_on, e.start_on, 'infinity') >= p.state_on
                    HAVING bool_and(e.state IN ('dropped', 'cancelled'))
                )
        )
        AND NOT EXISTS (
            SELECT 1
            FROM known_enrolment AS e
            INNER JOIN cfg_offer_kind AS o ON e.kind = o.code
            WHERE
                e.person_uid = n.person_uid
                AND e.state IN ('registered', 'waiting', 'started', 'completed')
                AND n.category IN (o.code, o.family)
        )
    GROUP BY n.category, n.target_level
)

SELECT
    concat_ws('-', u.category, u.target_level) AS cluster,
    u.category,
    l.label_de AS category_label_de,
    u.target_level,
    u.needs_count
FROM unmet AS u
LEFT JOIN labels AS l ON u.category = l.code
ORDER BY concat_ws('-', u.category, u.target_level)
