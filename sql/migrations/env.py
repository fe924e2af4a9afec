"""Alembic's entry: migrations run on the connection that tasks/warehouse/migrate.py hands over.

The transaction, the lock and the owner's role are that module's; nothing is
opened or committed here.
"""

from alembic import context

from tasks.warehouse.migrate import VERSION_SCHEMA, VERSION_TABLE

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("run 'teilhabe db upgrade'; alembic by itself knows no warehouse")

context.configure(connection=connection, version_table=VERSION_TABLE, version_table_schema=VERSION_SCHEMA)
with context.begin_transaction():
    context.run_migrations()
