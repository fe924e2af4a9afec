-- Two databases and two logins, run once as a PostgreSQL administrator (psql -f databases.sql):
--   teilhabe      the warehouse; its login makes the roles, owns nothing else and is no superuser
--   (a backup reads every county's rows, past row-level security: a login of its own, TEILHABE_BACKUP_URL)
--   prefect       the orchestrator's own memory; it may be lost, the warehouse may not
-- Passwords: \password teilhabe_app (and so on) afterwards, and into teilhabe.env.
CREATE ROLE teilhabe_app LOGIN CREATEROLE;
CREATE ROLE teilhabe_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data;
CREATE ROLE teilhabe_prefect LOGIN;
CREATE DATABASE teilhabe OWNER teilhabe_app TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE prefect OWNER teilhabe_prefect TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE teilhabe, prefect FROM PUBLIC;
GRANT CONNECT ON DATABASE teilhabe TO teilhabe_backup;
