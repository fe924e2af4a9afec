"""The warehouse of CONTRACT.md section 4."""

from tasks.warehouse.migrate import run_sql_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create schemas and tables."""
    run_sql_file("0001_warehouse.sql")


def downgrade() -> None:
    """Refuse: a warehouse with history is restored from a backup, never taken down a version."""
    raise RuntimeError("restore a backup instead of downgrading")
