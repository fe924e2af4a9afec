-- Small keys first: one section a subject. 0001 to 0003 are frozen: their hashes stand in a test.
-- Grain, keys and columns: with each statement. Read by: tasks/warehouse/migrate.py.

-- ---------------------------------------------------------------- an index compares what tells rows apart first
-- A county's name is equal in all of its rows, so an index that begins with it compares that text on every level before
-- it comes to what differs. The primary key still begins with the county: it is the path to one county's rows. The
-- others end with it, so that a planner without statistics does not take that path to find one row.
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
        EXECUTE format('DROP INDEX %I.%I', version.schema_name, version.table_name || '_one_open');
        EXECUTE format(
            'CREATE UNIQUE INDEX %I ON %I.%I (record_key, county, source) WHERE closed_load IS NULL',
            version.table_name || '_one_open', version.schema_name, version.table_name
        );
    END LOOP;
    FOR version IN
        SELECT
            i.schemaname AS schema_name,
            i.tablename AS table_name
        FROM pg_indexes AS i
        WHERE i.schemaname IN ('core', 'vault') AND i.indexname = i.tablename || '_by_ref'
        ORDER BY i.schemaname, i.tablename
    LOOP
        EXECUTE format('DROP INDEX %I.%I', version.schema_name, version.table_name || '_by_ref');
        EXECUTE format(
            'CREATE INDEX %I ON %I.%I (ref_id, county)',
            version.table_name || '_by_ref', version.schema_name, version.table_name
        );
    END LOOP;
END
$$;

DROP INDEX core.person_link_one_open;
CREATE UNIQUE INDEX person_link_one_open ON core.person_link (ref_id, county) WHERE closed_load IS NULL;
DROP INDEX vault.source_id_by_person;
CREATE INDEX source_id_by_person ON vault.source_id (person_uid, county);
ALTER TABLE vault.source_id DROP CONSTRAINT source_id_once;
ALTER TABLE vault.source_id ADD CONSTRAINT source_id_once UNIQUE (person_id, source, county);

-- ---------------------------------------------------------------- no stored hash of a record's content
-- A load tells content apart by a hash that lives for one statement (docs/decisions/0102): md5 over every delivered
-- row was a fifth of a load's work, and what is not stored cannot become stale.
DO $$
DECLARE
    version record;
BEGIN
    FOR version IN
        SELECT
            c.table_schema AS schema_name,
            c.table_name
        FROM information_schema.columns AS c
        WHERE c.table_schema IN ('core', 'vault') AND c.column_name = 'row_hash'
        ORDER BY c.table_schema, c.table_name
    LOOP
        EXECUTE format('ALTER TABLE %I.%I DROP COLUMN row_hash', version.schema_name, version.table_name);
    END LOOP;
END
$$;

-- ---------------------------------------------------------------- names under a key that no dump holds
-- Names, e-mail and telephone may be sealed by the program (docs/decisions/0040). A row here: they are, and under which key.
CREATE TABLE vault.name_seal (
    county text NOT NULL,
    key_id text NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT name_seal_pk PRIMARY KEY (county)
);
COMMENT ON TABLE vault.name_seal IS 'One row a county whose names, e-mail and telephone stand sealed; absent: in plain text';
