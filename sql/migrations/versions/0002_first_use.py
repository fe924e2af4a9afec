"""What the first counties asked for; the baseline before it never changes again."""

from tasks.warehouse.migrate import run_sql_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Refuse a baseline that was made before it was finished, then add."""
    run_sql_file("0002_first_use.sql")


def downgrade() -> None:
    """Refuse: a warehouse with history is restored from a backup, never taken down a version."""
    raise RuntimeError("restore a backup instead of downgrading")
