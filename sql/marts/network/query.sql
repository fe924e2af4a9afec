-- Mart:  network, contacts with the commune, providers and volunteers
-- Grain: one row per commune of the list
-- Reads: core.network_contact_version, cfg_commune
-- Binds: county, as_of
INSERT INTO mart.network (county, ags, commune, contacts_count, first_contact_on, last_contact_on, as_of)
SELECT
    :county,
    c.ags,
    c.name,
    count(n.contact_id),
    min(n.contact_on),
    max(n.contact_on),
    :as_of
FROM cfg_commune AS c
LEFT JOIN core.network_contact_version AS n
    ON
        n.county = :county
        AND c.ags = n.ags
        AND n.closed_load IS NULL
        AND n.contact_on <= :as_of
GROUP BY c.ags, c.name
