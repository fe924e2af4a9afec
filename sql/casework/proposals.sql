-- What:  proposals out for decision, and those that began or ended since a day, with need, offer and last decision
-- Grain: one row per proposal
-- Reads: core.match_proposal, core.need, core.offer_run, core.decision_version
-- Binds: county, since
SELECT
    p.proposal_id,
    p.person_uid::text AS person_uid,
    p.need_id,
    n.category,
    n.target_level,
    n.priority,
    n.recorded_on,
    p.offer_id,
    p.run_id,
    o.title,
    o.provider,
    o.ags,
    o.starts_on,
    o.seats_free,
    o.seats_as_of,
    p.reasons,
    p.state,
    p.state_on,
    p.cause,
    p.first_proposed_on,
    d.reason AS decision_reason,
    d.decided_on
FROM core.match_proposal AS p
INNER JOIN core.need AS n
    ON p.county = n.county AND p.need_source = n.source AND p.need_id = n.need_id
LEFT JOIN core.offer_run AS o
    ON p.county = o.county AND p.offer_source = o.source AND p.offer_id = o.offer_id AND p.run_id = o.run_id
LEFT JOIN LATERAL (
    SELECT
        v.reason,
        v.decided_on
    FROM core.decision_version AS v
    WHERE v.county = p.county AND v.proposal_id = p.proposal_id AND v.closed_load IS NULL
    ORDER BY v.decided_on DESC, v.version_id DESC
    LIMIT 1
) AS d ON TRUE
WHERE
    p.county = :county
    AND (p.state IN ('proposed', 'unclear') OR p.state_on >= :since)
ORDER BY o.starts_on NULLS LAST, p.need_id, p.proposal_id
