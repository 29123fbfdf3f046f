"""Tasks and plans by workspace: indexes that hold nothing of the default one, so that its writers pay nothing"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_NOT_DEFAULT = "WHERE instance <> 'default'"


def upgrade() -> None:
    newest = f"tasks (instance, created_at DESC, id DESC) INCLUDE (deleted_at) {_NOT_DEFAULT}"
    create_index("ix_tasks_instance_created_at", newest)
    create_index("ix_tasks_instance_completed_at", f"tasks (instance, completed_at) {_NOT_DEFAULT}")
    create_index("ix_plans_instance_created_at", f"plans (instance, created_at DESC, id DESC) {_NOT_DEFAULT}")


def downgrade() -> None:
    for name in ("ix_plans_instance_created_at", "ix_tasks_instance_completed_at", "ix_tasks_instance_created_at"):
        drop_index(name)
