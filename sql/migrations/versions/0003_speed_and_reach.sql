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

-- ---------------------------------------------------------------- workbooks that go out by themselves (outbox)
-- A published state whose workbooks are to be handed out: written with the release, done after its commit.
CREATE TABLE ops.handout (
    county text NOT NULL,
    as_of date NOT NULL,
    run_id uuid NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    error_code text,
    CONSTRAINT handout_pk PRIMARY KEY (county, as_of)
);
COMMENT ON TABLE ops.handout IS 'One row a published day whose workbooks go to the outbox; done_at NULL: still to do';

-- What a case manager was handed last. The file keeps its name for ever: two names that look alike never change places.
CREATE TABLE ops.handout_file (
    county text NOT NULL,
    caseworker text NOT NULL,
    file text NOT NULL,
    content_hash text,
    news_hash text,
    delivered_at timestamptz,
    mailed_at timestamptz,
    CONSTRAINT handout_file_pk PRIMARY KEY (county, caseworker),
    CONSTRAINT handout_file_name UNIQUE (county, file)
);
COMMENT ON TABLE ops.handout_file IS 'One row a case manager: the workbook handed out last, and when she was told of it';

-- ---------------------------------------------------------------- what a match run's bound proves
COMMENT ON TABLE core.match_level IS
'Value and bound of each goal of a match run: levels from the first on whose value equals the bound are proven; '
'the bound of the first level that misses it holds given the levels before; later bounds are loose';
