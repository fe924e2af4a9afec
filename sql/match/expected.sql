-- What:  accepted proposals that the provider has not listed yet: expected enrolments
-- Grain: one row per accepted proposal
-- Reads: core.match_proposal, core.decision_version, core.enrolment_version, core.person_link
-- Binds: county
SELECT
    p.proposal_id,
    p.person_uid::text AS person_uid,
    p.need_id,
    p.offer_id,
    p.run_id,
    p.state_on AS accepted_on
FROM core.match_proposal AS p
WHERE
    p.county = :county
    AND p.state = 'accepted'
    AND NOT EXISTS (
        SELECT 1
        FROM core.enrolment_version AS e
        INNER JOIN core.person_link AS l
            ON e.county = l.county AND e.ref_id = l.ref_id AND l.closed_load IS NULL
        WHERE
            e.county = p.county
            AND l.person_uid = p.person_uid
            AND e.offer_source = p.offer_source
            AND e.offer_id = p.offer_id
            AND e.closed_load IS NULL
            AND e.ended_on IS NULL
            -- A seat that was lost before somebody accepted anew answers nothing.
            AND NOT (
                e.state IN ('dropped', 'cancelled')
                AND coalesce(e.ends_on, e.starts_on, 'infinity') < (
                    SELECT max(d.decided_on)
                    FROM core.decision_version AS d
                    WHERE d.county = p.county AND d.proposal_id = p.proposal_id AND d.closed_load IS NULL
                )
            )
    )
ORDER BY p.state_on, p.need_source, p.need_id
