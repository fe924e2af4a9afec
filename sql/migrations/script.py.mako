"""${message}."""

from tasks.warehouse.migrate import run_sql_file

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """${message}."""
    run_sql_file("${up_revision}_${message.lower().replace(' ', '_')}.sql")


def downgrade() -> None:
    """Refuse: a warehouse with history is restored from a backup, never taken down a version."""
    raise RuntimeError("restore a backup instead of downgrading")
