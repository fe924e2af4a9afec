-- What:  decisions that name no proposal: a wrong number, or a proposal whose person withdrew
-- Grain: one row per decision
-- Reads: core.decision_version, core.match_proposal
-- Binds: county
SELECT
    d.source,
    d.proposal_id,
    d.decision,
    d.decided_on
FROM core.decision_version AS d
LEFT JOIN core.match_proposal AS p ON d.county = p.county AND d.proposal_id = p.proposal_id
WHERE d.county = :county AND d.closed_load IS NULL AND p.proposal_id IS NULL
ORDER BY d.decided_on, d.proposal_id
