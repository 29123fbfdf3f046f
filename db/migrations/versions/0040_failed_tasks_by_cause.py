"""Failed tasks by cause: apart from their groups, because indexes that are made beside writers commit by themselves"""

from alembic import op

from db.migrations.beside_writers import create_index, drop_index

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_tasks_cause",
        "tasks (cause, status, created_at DESC, id DESC) INCLUDE (deleted_at) WHERE cause IS NOT NULL",
    )
    create_index("ix_tasks_without_cause", "tasks (id) WHERE status = 'failed' AND cause IS NULL")
    create_index("ix_bulk_actions_running", "bulk_actions (next_at) WHERE state = 'running'")
    create_index("ix_bulk_actions_cause", "bulk_actions (cause, created_at) WHERE cause IS NOT NULL")
    op.execute("ALTER TABLE bulk_actions VALIDATE CONSTRAINT ck_bulk_actions_valid_phase")


def downgrade() -> None:
    drop_index("ix_bulk_actions_cause")
    create_index("ix_bulk_actions_running", "bulk_actions (moved_at) WHERE state = 'running'")
    drop_index("ix_tasks_without_cause")
    drop_index("ix_tasks_cause")
