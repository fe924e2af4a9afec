-- Roles:  who may do what; run by the login that upgrades, before any migration
-- Note:   idempotent; a login without CREATEROLE needs the roles made beforehand
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'teilhabe_owner', 'teilhabe_pipeline', 'teilhabe_casework', 'teilhabe_steering', 'teilhabe_bi'
    ] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another upgrade on the same server made it first
            END;
        END IF;
        IF NOT pg_has_role(session_user, wanted, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', wanted, session_user);
        END IF;
    END LOOP;
END
$$;

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO teilhabe_owner', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO teilhabe_pipeline', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO teilhabe_casework, teilhabe_steering, teilhabe_bi', current_database()
    );
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
END
$$;

-- A large object belongs to no schema and no county: nobody makes one, reads files into one or writes one out.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT p.oid::regprocedure
        FROM pg_proc AS p
        INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
        WHERE n.nspname = 'pg_catalog'
            AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_export', 'lo_put', 'lowrite')
            AND has_function_privilege('public', p.oid, 'EXECUTE')
            AND pg_has_role(session_user, p.proowner, 'MEMBER')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
END
$$;
