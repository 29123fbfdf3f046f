"""The agent: state, commands, rounds, decisions, reservations"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that cannot get its lock must fail, not queue everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "agent_commands",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_commands")),
    )
    op.create_table(
        "agent_rounds",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tickers", sa.Integer(), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("not_chosen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("passed_over", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_agent_rounds")),
    )
    op.create_index("ix_agent_rounds_at", "agent_rounds", ["at"], unique=False)
    op.create_table(
        "agent_state",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("budget", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("budget_by", sa.Text(), nullable=True),
        sa.Column("budget_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("policy_by", sa.Text(), nullable=True),
        sa.Column("policy_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_round_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_agent_state_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_state")),
    )
    op.create_table(
        "agent_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("task_type", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("observation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("choice", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round"], ["agent_rounds.number"], name=op.f("fk_agent_decisions_round_agent_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_decisions")),
    )
    op.create_index(
        "ix_agent_decisions_created_at",
        "agent_decisions",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_agent_decisions_kind",
        "agent_decisions",
        ["kind", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_agent_decisions_outcome",
        "agent_decisions",
        ["outcome", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_agent_decisions_round", "agent_decisions", ["round"], unique=False)
    op.create_index(
        "ix_agent_decisions_ticker",
        "agent_decisions",
        ["ticker", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "agent_reservations",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("task_type", sa.Text(), nullable=False),
        sa.Column("tasks", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("usd_micros", sa.BigInteger(), nullable=False),
        sa.Column("estimate", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "tasks >= 0 AND calls >= 0 AND tokens >= 0 AND usd_micros >= 0", name=op.f("ck_agent_reservations_counted")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["agent_decisions.id"],
            name=op.f("fk_agent_reservations_decision_id_agent_decisions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_agent_reservations")),
    )
    op.create_index(
        "ix_agent_reservations_at",
        "agent_reservations",
        ["at"],
        unique=False,
        postgresql_include=["source", "task_type", "tasks", "calls", "tokens", "usd_micros"],
    )
    op.create_index("ix_agent_reservations_decision_id", "agent_reservations", ["decision_id"], unique=False)
    op.create_index(
        "ix_agent_reservations_open",
        "agent_reservations",
        ["task_id"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )

    op.execute("INSERT INTO agent_state (id) VALUES (1)")
    # As of the tables of controls: core listens to the same channel.
    op.execute(
        "CREATE TRIGGER notify_controls AFTER INSERT ON agent_commands FOR EACH ROW EXECUTE FUNCTION notify_controls()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(
        "ix_agent_reservations_open", table_name="agent_reservations", postgresql_where=sa.text("settled_at IS NULL")
    )
    op.drop_index("ix_agent_reservations_decision_id", table_name="agent_reservations")
    op.drop_index(
        "ix_agent_reservations_at",
        table_name="agent_reservations",
        postgresql_include=["source", "task_type", "tasks", "calls", "tokens", "usd_micros"],
    )
    op.drop_table("agent_reservations")
    op.drop_index("ix_agent_decisions_ticker", table_name="agent_decisions")
    op.drop_index("ix_agent_decisions_round", table_name="agent_decisions")
    op.drop_index("ix_agent_decisions_outcome", table_name="agent_decisions")
    op.drop_index("ix_agent_decisions_kind", table_name="agent_decisions")
    op.drop_index("ix_agent_decisions_created_at", table_name="agent_decisions")
    op.drop_table("agent_decisions")
    op.drop_table("agent_state")
    op.drop_index("ix_agent_rounds_at", table_name="agent_rounds")
    op.drop_table("agent_rounds")
    op.drop_table("agent_commands")
