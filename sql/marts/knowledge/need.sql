-- What:  needs of persons whose case work and figures may use them, with what serves them, as known
-- Grain: one row per need record
-- Reads: core.need_version, core.match_proposal, known_load, known_link, known_person, known_refusal, known_enrolment, cfg_offer_kind
-- Binds: county, known_on
-- Makes: temporary table known_need; closed_on infinity while it is open; a seat is an enrolment registered, waiting,
--        started or completed in an offer of the wanted kind or family (a name in the review queue has a person_uid of
--        its own and so fills no need; a participant in review keeps the places of her own id);
--        hidden_from: consent to case work withdrawn
CREATE TEMPORARY TABLE known_need ON COMMIT DROP AS
WITH seats AS (
    SELECT DISTINCT
        e.person_uid,
        wanted.category
    FROM known_enrolment AS e
    INNER JOIN cfg_offer_kind AS o ON e.kind = o.code
    CROSS JOIN LATERAL (VALUES (o.code), (o.family)) AS wanted (category)
    WHERE
        e.state IN ('registered', 'waiting', 'started', 'completed')
        AND (e.ended_on IS NULL OR e.state = 'completed')
),

proposed AS (
    SELECT DISTINCT
        p.need_source,
        p.need_id
    FROM core.match_proposal AS p
    WHERE
        p.county = :county
        AND p.first_proposed_on <= :known_on
        AND (p.state IN ('proposed', 'unclear', 'accepted') OR p.state_on > :known_on)
        AND NOT EXISTS (
            -- Where the provider lists an accepted seat as dropped or cancelled, nothing serves the need any more.
            SELECT 1
            FROM known_enrolment AS e
            WHERE
                p.state = 'accepted'
                AND p.state_on <= :known_on
                AND e.person_uid = p.person_uid
                AND e.offer_source = p.offer_source
                AND e.offer_id = p.offer_id
                AND e.ended_on IS NULL
                AND coalesce(e.ends_on, e.start_on, 'infinity') >= p.state_on
            HAVING bool_and(e.state IN ('dropped', 'cancelled'))
        )
)

SELECT
    k.person_uid,
    n.need_id,
    n.category,
    n.target_level,
    n.recorded_on,
    least(n.closed_on, n.ended_on, DATE 'infinity') AS closed_on,
    s.person_uid IS NOT NULL AS has_seat,
    o.need_id IS NOT NULL AS has_proposal,
    coalesce(c.withdrawn_on, DATE 'infinity') AS hidden_from,
    n.source,
    n.file_id,
    n.sheet,
    n.row
FROM core.need_version AS n
INNER JOIN known_load AS opened ON n.opened_load = opened.load_id
LEFT JOIN known_load AS closed ON n.closed_load = closed.load_id
INNER JOIN known_link AS k ON n.ref_id = k.ref_id
INNER JOIN known_person AS p ON k.person_uid = p.person_uid
LEFT JOIN seats AS s ON k.person_uid = s.person_uid AND n.category = s.category
LEFT JOIN proposed AS o ON n.source = o.need_source AND n.need_id = o.need_id
LEFT JOIN known_refusal AS c ON k.person_uid = c.person_uid AND c.purpose = 'casework'
LEFT JOIN known_refusal AS r ON k.person_uid = r.person_uid AND r.purpose = 'statistics'
WHERE
    n.county = :county
    AND closed.load_id IS NULL
    AND n.closed_load IS DISTINCT FROM n.opened_load
    AND r.person_uid IS NULL
