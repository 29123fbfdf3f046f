"""The workspaces of templates and of triggers: the one that their task or plan names; a name is their own there"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_OF_TEMPLATE = "COALESCE((task ->> 'workspace'::text), (plan ->> 'workspace'::text), 'default'::text)"
_OF_TRIGGER = (
    "COALESCE((definition #>> '{action,task,workspace}'::text[]), (definition #>> '{action,plan,workspace}'::text[]), "
    "(definition #>> '{action,workspace}'::text[]), 'default'::text)"
)
_THERE = "deleted_at IS NULL"
_KEY = "pk_task_templates"
# A trigger looks for its template where it is itself.
_FOLLOW_TEMPLATES = """
UPDATE triggers t SET definition = jsonb_set(t.definition, '{action,workspace}', to_jsonb(newest.instance))
FROM (SELECT DISTINCT ON (name) name, instance FROM task_templates ORDER BY name, version DESC) newest
WHERE t.definition #>> '{action,kind}' = 'template' AND t.definition #>> '{action,template}' = newest.name
    AND newest.instance <> 'default'
"""
_FOLLOW_NONE = """
UPDATE triggers SET definition = definition #- '{action,workspace}' WHERE definition #>> '{action,kind}' = 'template'
"""


def _workspace(of: str) -> sa.Column[str]:
    return sa.Column("instance", sa.Text(), sa.Computed(of, persisted=True), nullable=False)


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    # In the order in which whoever reads both of them does.
    op.execute("LOCK TABLE triggers IN ACCESS EXCLUSIVE MODE")
    # Both write all rows: as many as people have made.
    op.add_column("task_templates", _workspace(_OF_TEMPLATE))
    op.drop_constraint(_KEY, "task_templates")
    op.create_primary_key(_KEY, "task_templates", ["instance", "name", "version"])
    op.execute(_FOLLOW_TEMPLATES)
    op.add_column("triggers", _workspace(_OF_TRIGGER))
    op.create_index(
        "uq_triggers_instance_name", "triggers", ["instance", "name"], unique=True, postgresql_where=sa.text(_THERE)
    )
    op.drop_index("uq_triggers_name", table_name="triggers")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Refused where two workspaces have one of the same name.
    op.create_index("uq_triggers_name", "triggers", ["name"], unique=True, postgresql_where=sa.text(_THERE))
    op.drop_index("uq_triggers_instance_name", table_name="triggers")
    op.drop_column("triggers", "instance")
    op.execute(_FOLLOW_NONE)
    op.drop_constraint(_KEY, "task_templates")
    op.create_primary_key(_KEY, "task_templates", ["name", "version"])
    op.drop_column("task_templates", "instance")
