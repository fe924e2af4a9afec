"""Indexes that compare what differs first, and what came later than the third migration."""

from tasks.warehouse.migrate import run_sql_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rebuild indexes; one section a subject."""
    run_sql_file("0004_small_keys.sql")


def downgrade() -> None:
    """Refuse: a warehouse with history is restored from a backup, never taken down a version."""
    raise RuntimeError("restore a backup instead of downgrading")
