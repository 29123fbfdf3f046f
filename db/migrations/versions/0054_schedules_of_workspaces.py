"""The workspace of a schedule: the one that its task or plan names; its name is its own there"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_WORKSPACE = (
    "COALESCE((definition #>> '{action,task,workspace}'::text[]), (definition #>> '{action,plan,workspace}'::text[]), "
    "'default'::text)"
)
_THERE = "deleted_at IS NULL"


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Writes all rows: as many as people have made.
    op.add_column(
        "schedules", sa.Column("instance", sa.Text(), sa.Computed(_WORKSPACE, persisted=True), nullable=False)
    )
    op.create_index(
        "uq_schedules_instance_name", "schedules", ["instance", "name"], unique=True, postgresql_where=sa.text(_THERE)
    )
    op.drop_index("uq_schedules_name", table_name="schedules")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Refused where two workspaces have one of the same name.
    op.create_index("uq_schedules_name", "schedules", ["name"], unique=True, postgresql_where=sa.text(_THERE))
    op.drop_index("uq_schedules_instance_name", table_name="schedules")
    op.drop_column("schedules", "instance")
