-- What:  every table and view of the warehouse with its columns, types, keys and comments, from PostgreSQL's catalog
-- Grain: one row per column
-- Reads: pg_catalog
-- Binds: none
SELECT
    n.nspname AS schema_name,
    c.relname AS table_name,
    obj_description(c.oid, 'pg_class') AS table_comment,
    c.relkind = 'v' AS is_view,
    a.attnum AS position,
    a.attname AS column_name,
    format_type(a.atttypid, a.atttypmod) AS column_type,
    a.attnotnull AS is_required,
    col_description(c.oid, a.attnum) AS column_comment,
    coalesce(a.attnum = ANY(k.conkey), FALSE) AS is_key
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint AS k ON c.oid = k.conrelid AND k.contype = 'p'
WHERE
    c.relkind IN ('r', 'v')
    AND n.nspname IN ('raw', 'vault', 'core', 'quarantine', 'ops', 'internal', 'mart')
ORDER BY n.nspname, c.relname, a.attnum
