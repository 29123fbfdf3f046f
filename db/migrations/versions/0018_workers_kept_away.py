"""Workers kept away from a task"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "kept_away",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("capability", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_kept_away_task_id_tasks"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_kept_away")),
    )
    # The gateway listens to the same channel as of other holds.
    op.execute(
        "CREATE TRIGGER notify_controls AFTER INSERT ON kept_away FOR EACH ROW EXECUTE FUNCTION notify_controls()"
    )


def downgrade() -> None:
    op.drop_table("kept_away")
