-- Speed and reach: one section a subject. 0001 and 0002 are frozen: their hashes stand in a test.
-- Grain, keys and columns: with each statement. Read by: tasks/warehouse/migrate.py.

-- ---------------------------------------------------------------- one open version a record, at a third of the price
-- The exclusion constraints compared equal keys only, which is what a unique index does, and it looks once where they
-- look twice (docs/decisions/0101). The key's own part comes before the source: it alone tells records apart. Loads
-- are numbered in the order in which their rows are written, so a summary a block range finds them again.
DO $$
DECLARE
    version record;
BEGIN
    FOR version IN
        SELECT
            n.nspname AS schema_name,
            c.relname AS table_name
        FROM pg_class AS c
        INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
        WHERE c.relkind = 'r' AND n.nspname IN ('core', 'vault') AND c.relname LIKE '%\_version'
        ORDER BY n.nspname, c.relname
    LOOP
        EXECUTE format(
            'ALTER TABLE %I.%I DROP CONSTRAINT %I',
            version.schema_name, version.table_name, version.table_name || '_one_open'
        );
        EXECUTE format(
            'CREATE UNIQUE INDEX %I ON %I.%I (county, record_key, source) WHERE closed_load IS NULL',
            version.table_name || '_one_open', version.schema_name, version.table_name
        );
        EXECUTE format('DROP INDEX %I.%I', version.schema_name, version.table_name || '_by_load');
        EXECUTE format(
            'CREATE INDEX %I ON %I.%I USING brin (opened_load)',
            version.table_name || '_by_load', version.schema_name, version.table_name
        );
    END LOOP;
END
$$;

ALTER TABLE core.person_link DROP CONSTRAINT person_link_one_open;
CREATE UNIQUE INDEX person_link_one_open ON core.person_link (county, ref_id) WHERE closed_load IS NULL;
