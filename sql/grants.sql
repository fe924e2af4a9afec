-- Grants: the whole matrix role x object x right, and row-level security by county
-- Runs:   as teilhabe_owner after every upgrade; idempotent
-- Matrix: sql/rights.csv says the same for people and for the test; what stands in neither is forbidden
REVOKE ALL ON ALL TABLES IN SCHEMA raw, vault, core, quarantine, ops, internal, mart
FROM PUBLIC, teilhabe_pipeline, teilhabe_casework, teilhabe_steering, teilhabe_bi;
REVOKE ALL ON SCHEMA raw, vault, core, quarantine, ops, internal, mart
FROM PUBLIC, teilhabe_pipeline, teilhabe_casework, teilhabe_steering, teilhabe_bi;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA raw, vault, core, quarantine, ops, internal, mart FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA raw, vault, core, quarantine, ops, internal, mart TO teilhabe_pipeline;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA raw, vault, core, quarantine, internal, mart
TO teilhabe_pipeline;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ops TO teilhabe_pipeline;
REVOKE UPDATE, DELETE ON ops.audit, ops.seal FROM teilhabe_pipeline;
REVOKE DELETE ON ops.erasure FROM teilhabe_pipeline;
REVOKE INSERT, UPDATE, DELETE ON ops.login_county FROM teilhabe_pipeline;
REVOKE INSERT, UPDATE, DELETE ON mart.contract_version FROM teilhabe_pipeline;

GRANT USAGE ON SCHEMA core, vault, internal, quarantine, ops, mart TO teilhabe_casework;
GRANT SELECT ON ALL TABLES IN SCHEMA core, vault, internal, quarantine, ops, mart TO teilhabe_casework;

GRANT USAGE ON SCHEMA internal, mart TO teilhabe_steering;
GRANT SELECT ON ALL TABLES IN SCHEMA internal, mart TO teilhabe_steering;

GRANT USAGE ON SCHEMA mart TO teilhabe_bi;
GRANT SELECT ON ALL TABLES IN SCHEMA mart TO teilhabe_bi;

-- The county of a session: the pipeline says it (set_config), a reader's login stands in ops.login_county.
-- Owner and pipeline are bound too (FORCE); mart is for everybody and holds no personal data.
DO $$
DECLARE
    target record;
BEGIN
    FOR target IN
        SELECT
            n.nspname AS schema_name,
            c.relname AS table_name
        FROM pg_class AS c
        INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
        WHERE c.relkind = 'r'
            AND n.nspname IN ('raw', 'vault', 'core', 'quarantine', 'ops', 'internal')
            AND c.relname <> 'login_county'
    LOOP
        EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', target.schema_name, target.table_name);
        EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', target.schema_name, target.table_name);
        EXECUTE format('DROP POLICY IF EXISTS own_county ON %I.%I', target.schema_name, target.table_name);
        EXECUTE format('DROP POLICY IF EXISTS reader_county ON %I.%I', target.schema_name, target.table_name);
        EXECUTE format(
            'CREATE POLICY own_county ON %I.%I TO teilhabe_pipeline, teilhabe_owner '
            'USING (county = (SELECT current_setting(''teilhabe.county'', TRUE))) '
            'WITH CHECK (county = (SELECT current_setting(''teilhabe.county'', TRUE)))',
            target.schema_name, target.table_name
        );
        EXECUTE format(
            'CREATE POLICY reader_county ON %I.%I FOR SELECT TO teilhabe_casework, teilhabe_steering '
            'USING (county IN (SELECT l.county FROM ops.login_county AS l WHERE l.login = session_user))',
            target.schema_name, target.table_name
        );
    END LOOP;
END
$$;
-- A reader finds its own counties, and no other login's.
GRANT USAGE ON SCHEMA ops TO teilhabe_steering;
GRANT SELECT ON ops.login_county TO teilhabe_steering;
ALTER TABLE ops.login_county ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_login ON ops.login_county;
CREATE POLICY own_login ON ops.login_county FOR SELECT TO teilhabe_casework, teilhabe_steering, teilhabe_pipeline
USING (login = session_user);

-- The audit and what was sealed only grow: neither pipeline nor owner changes or empties them.
CREATE OR REPLACE FUNCTION ops.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    RAISE EXCEPTION '%.% only grows', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
REVOKE ALL ON FUNCTION ops.refuse_change() FROM PUBLIC;
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ops.audit
FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change();
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ops.seal
FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change();

-- Statistics of a version table after a large load: the pipeline's role may not analyse what it does not own, and a
-- night that has filled an empty table would plan its next statements for an empty one.
CREATE OR REPLACE FUNCTION ops.refresh_statistics(target text) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog
AS $$
BEGIN
    EXECUTE format('ANALYZE %s', target::regclass);
END
$$;
REVOKE ALL ON FUNCTION ops.refresh_statistics(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.refresh_statistics(text) TO teilhabe_pipeline;
