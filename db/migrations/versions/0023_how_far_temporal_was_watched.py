"""How far Temporal was watched, and rows that rest"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "watch_marks",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("question", name=op.f("pk_watch_marks")),
    )
    # A catalogue entry: no row is touched. Rows that wait already have one more look and rest then.
    op.alter_column("tasks", "reconcile_after", server_default=None)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column("tasks", "reconcile_after", server_default=sa.text("now() + interval '30 seconds'"))
    op.drop_table("watch_marks")
