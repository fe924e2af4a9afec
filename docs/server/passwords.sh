#!/bin/sh
# Gives the logins of databases.sql their passwords, once, when the database container is made.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v app="$TEILHABE_APP_PASSWORD" -v prefect="$TEILHABE_PREFECT_DB_PASSWORD" \
    -v backup="$TEILHABE_BACKUP_PASSWORD" <<'SQL'
ALTER ROLE teilhabe_app PASSWORD :'app';
ALTER ROLE teilhabe_backup PASSWORD :'backup';
ALTER ROLE teilhabe_prefect PASSWORD :'prefect';
SQL
