"""Cheaper indexes for the same guarantees, and what came later than the second migration."""

from tasks.warehouse.migrate import run_sql_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rebuild what a load pays for most; one section a subject."""
    run_sql_file("0003_speed_and_reach.sql")


def downgrade() -> None:
    """Refuse: a warehouse with history is restored from a backup, never taken down a version."""
    raise RuntimeError("restore a backup instead of downgrading")
