-- What:  where each id or name was last delivered, without the name
-- Grain: one row per source id
-- Reads: vault.source_id, vault.identity_version, raw.file
-- Binds: county
-- Units: person_id is absent for somebody named by name
SELECT DISTINCT ON (s.ref_id)
    s.ref_id,
    s.source,
    CASE WHEN s.is_participant THEN s.person_id END AS person_id,
    f.name AS file,
    i.sheet,
    i.row
FROM vault.source_id AS s
INNER JOIN vault.identity_version AS i ON s.county = i.county AND s.ref_id = i.ref_id
INNER JOIN raw.file AS f ON i.county = f.county AND i.file_id = f.file_id
WHERE s.county = :county
ORDER BY s.ref_id ASC, i.opened_load DESC, i.version_id DESC
