-- What:  what persons decided about proposals
-- Grain: one row per decided proposal; ids with their source, as one text
-- Reads: core.decision_version, core.match_proposal
-- Binds: county, as_of
SELECT
    d.proposal_id,
    p.need_source || chr(31) || p.need_id AS need_id,
    p.offer_source || chr(31) || p.offer_id AS offer_id,
    p.run_id,
    p.person_uid::text AS person_uid,
    d.decision,
    d.reason,
    d.decided_on
FROM core.decision_version AS d
INNER JOIN core.match_proposal AS p ON d.county = p.county AND d.proposal_id = p.proposal_id
WHERE
    d.county = :county
    AND d.closed_load IS NULL
    AND d.decided_on <= :as_of
ORDER BY d.proposal_id
