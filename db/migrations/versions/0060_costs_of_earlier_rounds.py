"""Events that tell what an earlier round cost a workspace, by time: an index that holds no others"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_task_events_cost_before", "task_events ((details->>'workspace'), created_at) WHERE details ? 'cost_before'"
    )


def downgrade() -> None:
    drop_index("ix_task_events_cost_before")
