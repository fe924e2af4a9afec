-- What:  the newest decision about each cluster of needs, with the offers and enrolments that cite it
-- Grain: one row per cluster
-- Reads: core.cluster_decision, core.offer_run, core.enrolment_version
-- Binds: county
WITH newest AS (
    SELECT DISTINCT ON (c.cluster)
        c.cluster,
        c.cluster_decision,
        c.decided_on,
        c.body,
        c.reason,
        c.category,
        c.target_level,
        c.ags,
        c.needs_count,
        c.persons_count
    FROM core.cluster_decision AS c
    WHERE c.county = :county
    ORDER BY c.cluster ASC, c.decided_on DESC
)

SELECT
    n.cluster,
    n.cluster_decision AS decision,
    n.decided_on,
    n.body,
    n.reason,
    n.category,
    n.target_level,
    n.ags,
    n.needs_count,
    n.persons_count,
    (
        SELECT count(*)
        FROM core.offer_run AS o
        WHERE o.county = :county AND o.need_cluster = n.cluster
    ) AS offers_citing,
    (
        SELECT count(*)
        FROM core.offer_run AS o
        INNER JOIN core.enrolment_version AS e
            ON o.county = e.county AND o.source = e.offer_source AND o.offer_id = e.offer_id
        WHERE
            o.county = :county
            AND o.need_cluster = n.cluster
            AND e.closed_load IS NULL
            AND e.state IN ('registered', 'waiting', 'started', 'completed')
    ) AS enrolments_citing
FROM newest AS n
ORDER BY n.cluster
