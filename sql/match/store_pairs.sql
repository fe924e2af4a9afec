-- What:  tonight's judged pairs enter the table of pairs
-- Grain: one row per (need, offer run)
-- Reads: tonight_pair (temporary)
-- Binds: county
INSERT INTO core.match_pair (
    county, person_uid, need_id, offer_id, run_id, eligible, failed_rule, failed_rules, unknown_facts, distance_km,
    score, need_source, offer_source
)
SELECT
    :county,
    t.person_uid,
    t.need_id,
    t.offer_id,
    t.run_id,
    t.eligible,
    t.failed_rule,
    string_to_array(nullif(t.failed_rules, ''), '|'),
    string_to_array(nullif(t.unknown_facts, ''), '|'),
    t.distance_km,
    t.score,
    t.need_source,
    t.offer_source
FROM tonight_pair AS t
