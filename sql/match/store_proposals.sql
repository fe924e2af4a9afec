-- What:  tonight's proposals; one that is out for decision already keeps its first day
-- Grain: one row per proposal
-- Reads: tonight_proposal (temporary)
-- Binds: county, match_run, as_of
INSERT INTO core.match_proposal AS p (
    county, proposal_id, match_run, need_id, person_uid, offer_id, run_id, rank, score, reasons, state,
    first_proposed_on, state_on, content_key, is_newly_judged, need_source, offer_source
)
SELECT
    :county,
    t.proposal_id,
    CAST(:match_run AS uuid),
    t.need_id,
    t.person_uid,
    t.offer_id,
    t.run_id,
    t.rank,
    t.score,
    t.reasons,
    t.state,
    coalesce(t.first_proposed_on, :as_of),
    :as_of,
    t.content_key,
    t.newly_judged,
    t.need_source,
    t.offer_source
FROM tonight_proposal AS t
ON CONFLICT (county, proposal_id) DO UPDATE SET
    match_run = excluded.match_run,
    rank = excluded.rank,
    score = excluded.score,
    reasons = excluded.reasons,
    content_key = excluded.content_key,
    state = excluded.state,
    state_on = CASE WHEN p.state = excluded.state THEN p.state_on ELSE excluded.state_on END
