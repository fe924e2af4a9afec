-- fail: placed equals new plus regular minus both in every cell
SELECT count(*) AS bad_rows
FROM person_count AS p
WHERE p.placed <> p.placed_new + p.placed_regular - p.placed_both;

-- fail: placed is at most entered, and entered at most contacted, in every cell
SELECT count(*) AS bad_rows
FROM person_count AS p
WHERE p.dimension <> 'module' AND NOT (p.placed <= p.entered AND p.entered <= p.contacted);

-- fail: the members of every dimension but module sum to the total
SELECT count(*) AS bad_rows
FROM (
    SELECT
        m.period,
        m.mode,
        m.dimension
    FROM person_count AS m
    INNER JOIN person_count AS t ON m.period = t.period AND m.mode = t.mode AND t.dimension = 'all'
    WHERE m.dimension NOT IN ('all', 'module')
    GROUP BY
        m.period, m.mode, m.dimension, t.contacted, t.entered, t.placed_new, t.placed_regular, t.placed_both, t.placed
    HAVING
        sum(m.contacted) <> t.contacted
        OR sum(m.entered) <> t.entered
        OR sum(m.placed_new) <> t.placed_new
        OR sum(m.placed_regular) <> t.placed_regular
        OR sum(m.placed_both) <> t.placed_both
        OR sum(m.placed) <> t.placed
) AS broken;

-- fail: a rate of persons lies between 0 and 1
SELECT count(*) AS bad_rows
FROM figure AS f
WHERE
    f.kpi IN ('entry_rate', 'placement_rate', 'placement_rate_of_contacted', 'dropout_rate')
    AND (f.value < 0 OR f.value > 1);

-- fail: every cell stands once
SELECT count(*) AS bad_rows
FROM (
    SELECT f.kpi
    FROM figure AS f
    GROUP BY f.kpi, f.period, f.mode, f.dimension, f.member
    HAVING count(*) > 1
) AS twice;

-- fail: placed equals new plus regular minus both among the published figures, redefined ones too
SELECT count(*) AS bad_rows
FROM (
    SELECT f.period
    FROM figure AS f
    WHERE f.kpi IN ('placed_new', 'placed_regular', 'placed_both', 'placed')
    GROUP BY f.period, f.mode, f.dimension, f.member
    HAVING
        count(*) = 4
        AND sum(CASE WHEN f.kpi IN ('placed', 'placed_both') THEN f.numerator ELSE -f.numerator END) <> 0
) AS broken;

-- fail: placed is at most entered, and entered at most contacted, among the published figures, redefined ones too
SELECT count(*) AS bad_rows
FROM figure AS s
INNER JOIN figure AS l
    ON s.period = l.period AND s.mode = l.mode AND s.dimension = l.dimension AND s.member = l.member
WHERE (s.kpi, l.kpi) IN (('placed', 'entered'), ('entered', 'contacted')) AND s.numerator > l.numerator;

-- fail: a query of the county's own gives members that exist, and members that sum to its total
SELECT count(*) AS bad_rows
FROM own_figure AS t
LEFT JOIN LATERAL (
    SELECT
        m.dimension,
        sum(m.numerator) AS numerator,
        sum(m.denominator) AS denominator
    FROM own_figure AS m
    WHERE
        m.kpi = t.kpi
        AND m.period = t.period
        AND m.mode = t.mode
        AND t.dimension = 'all'
        AND m.dimension NOT IN ('all', 'module')
    GROUP BY m.dimension
) AS s ON TRUE
WHERE
    t.is_stray
    OR s.numerator <> t.numerator
    OR s.denominator <> t.denominator;

-- warn: nobody was contacted in the newest school year
SELECT count(*) AS bad_rows
FROM figure AS f
WHERE
    f.kpi = 'contacted'
    AND f.dimension = 'all'
    AND f.mode = 'period'
    AND f.numerator = 0
    AND f.period = (SELECT max(g.period) FROM figure AS g);
