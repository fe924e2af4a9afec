-- What:  proposals out for decision, and with all: every proposal with what became of it
-- Grain: one row per proposal
-- Reads: core.match_proposal
-- Binds: county, everything
SELECT
    p.proposal_id,
    p.match_run::text AS match_run,
    p.person_uid::text AS person_uid,
    p.need_source,
    p.need_id,
    p.offer_source,
    p.offer_id,
    p.run_id,
    p.rank,
    p.score,
    p.reasons,
    p.state,
    p.state_on,
    p.cause,
    p.first_proposed_on,
    p.is_newly_judged
FROM core.match_proposal AS p
WHERE p.county = :county AND (p.state IN ('proposed', 'unclear') OR :everything)
ORDER BY p.first_proposed_on, p.need_source, p.need_id, p.proposal_id
