-- What:  open needs without a proposal and without a promised seat, and what stands in the way, counted by rule
-- Grain: one row per (need, eligible, failed rule); a need without any offer of its kind has one row without a verdict
-- Reads: core.need, core.match_pair, core.match_proposal
-- Binds: county, as_of
SELECT
    n.person_uid::text AS person_uid,
    n.source,
    n.need_id,
    n.category,
    n.target_level,
    n.priority,
    n.recorded_on,
    m.eligible,
    m.failed_rule,
    count(m.need_id) AS offers_count
FROM core.need AS n
LEFT JOIN core.match_pair AS m
    ON n.county = m.county AND n.source = m.need_source AND n.need_id = m.need_id
WHERE
    n.county = :county
    AND n.recorded_on <= :as_of
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
    )
GROUP BY
    n.person_uid, n.source, n.need_id, n.category, n.target_level, n.priority, n.recorded_on, m.eligible, m.failed_rule
ORDER BY n.recorded_on, n.source, n.need_id, offers_count DESC, m.failed_rule
