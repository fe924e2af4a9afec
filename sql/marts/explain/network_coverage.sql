-- What:  every commune of the list, reached in the period or not, by its first contact there
-- Grain: one row per commune
-- Reads: cfg_window, cfg_commune, known_gathering
-- Binds: period, mode
-- Units: amount communes reached, weight communes
SELECT DISTINCT ON (c.ags)
    NULL AS person_uid,
    c.ags AS thing,
    CASE WHEN g.ags IS NULL THEN 0 ELSE 1 END AS amount,
    1 AS weight,
    CASE WHEN g.ags IS NULL THEN 'commune_not_reached' ELSE 'commune_reached' END AS reason,
    g.happened_on AS day,
    g.source,
    g.file_id,
    g.sheet,
    g.row
FROM cfg_commune AS c
INNER JOIN cfg_window AS w ON w.period = :period AND w.mode = :mode
LEFT JOIN known_gathering AS g ON c.ags = g.ags AND g.happened_on BETWEEN w.facts_from AND w.facts_to
ORDER BY c.ags ASC, g.happened_on ASC, g.source ASC, g.row ASC
