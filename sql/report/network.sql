-- What:  contacts with the communes' networks, as last published
-- Grain: one row per commune
-- Reads: mart.network
-- Binds: county
SELECT
    n.commune,
    n.contacts_count,
    n.first_contact_on,
    n.last_contact_on
FROM mart.network AS n
WHERE n.county = :county
ORDER BY n.commune
