"""Workspaces, who belongs to them, and the workspace of a plan"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "workspaces",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("weight", sa.Float(), server_default="1", nullable=False),
        sa.Column("open_tasks", sa.Integer(), nullable=True),
        sa.Column("tasks_per_hour", sa.Integer(), nullable=True),
        sa.Column("cost_per_day", sa.Float(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> 'default'", name=op.f("ck_workspaces_not_the_default")),
        sa.CheckConstraint("weight BETWEEN 0.001 AND 1000", name=op.f("ck_workspaces_valid_weight")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "workspace_members",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('operator', 'viewer')", name=op.f("ck_workspace_members_valid_role")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_workspace_members_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspaces.name"], name=op.f("fk_workspace_members_workspace_workspaces")
        ),
        sa.PrimaryKeyConstraint("user_id", "workspace", name=op.f("pk_workspace_members")),
    )
    op.create_index("ix_workspace_members_workspace", "workspace_members", ["workspace"])
    op.add_column("users", sa.Column("confined", sa.Boolean(), server_default="false", nullable=False))
    # A constant default is not written into the rows.
    op.add_column("plans", sa.Column("instance", sa.Text(), server_default="default", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("plans", "instance")
    op.drop_column("users", "confined")
    op.drop_table("workspace_members")
    op.drop_table("workspaces")
