-- What:  every proposal so far with its state
-- Grain: one row per proposal; ids with their source, as one text
-- Reads: core.match_proposal
-- Binds: county
SELECT
    p.proposal_id,
    p.need_source || chr(31) || p.need_id AS need_id,
    p.person_uid::text AS person_uid,
    p.offer_source || chr(31) || p.offer_id AS offer_id,
    p.run_id,
    p.state,
    p.first_proposed_on,
    p.content_key
FROM core.match_proposal AS p
WHERE p.county = :county
ORDER BY p.proposal_id
