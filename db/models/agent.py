"""Tables of the agent: state, rounds, decisions, and the cost of each task."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class AgentState(Base):
    """One row. Whoever decides or steers locks it: rounds, pauses and budgets so never overlap."""

    __tablename__ = "agent_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    #: Null: nobody has said so yet, the settings do.
    paused: Mapped[bool | None]
    paused_by: Mapped[str | None] = mapped_column(Text)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    paused_at: Mapped[datetime | None]
    #: A list of `contracts.agent.policy.BudgetLimit`; null: as the settings say.
    budget: Mapped[list[dict[str, Any]] | None]
    budget_by: Mapped[str | None] = mapped_column(Text)
    budget_at: Mapped[datetime | None]
    #: A `contracts.agent.policy.Policy`; null: the usual one.
    policy: Mapped[dict[str, Any] | None]
    policy_by: Mapped[str | None] = mapped_column(Text)
    policy_at: Mapped[datetime | None]
    #: Number of the last round; 0: there was none.
    round: Mapped[int] = mapped_column(BigInteger, server_default="0")
    last_round_at: Mapped[datetime | None]


class AgentCommand(Base):
    """A word to the agent's workflow that is on its way (workers/core/agent_keeper.py); deleted when it is there."""

    __tablename__ = "agent_commands"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    #: A `contracts.agent.work.AgentOrder` without its id.
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = now_column()


class AgentRound(Base):
    """One look at everything. Its number makes it happen once, however often it is tried."""

    __tablename__ = "agent_rounds"
    __table_args__ = (Index("ix_agent_rounds_at", "at"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    #: Tickers, and their sources, that it looked at.
    tickers: Mapped[int]
    needs: Mapped[int]
    tasks: Mapped[int]
    decisions: Mapped[int]
    #: How many by reason, and the first of them with a sentence.
    not_chosen: Mapped[dict[str, Any]]
    passed_over: Mapped[list[dict[str, Any]]]
    #: Why it decided nothing, if it could not.
    refused: Mapped[str | None] = mapped_column(Text)


class AgentDecision(Base):
    """One decision: what it saw, what else it could have done, what it did and why, and what came of it."""

    __tablename__ = "agent_decisions"
    __table_args__ = (
        Index("ix_agent_decisions_created_at", text("created_at DESC"), text("id DESC")),
        Index("ix_agent_decisions_ticker", "ticker", text("created_at DESC"), text("id DESC")),
        Index("ix_agent_decisions_kind", "kind", text("created_at DESC"), text("id DESC")),
        Index("ix_agent_decisions_outcome", "outcome", text("created_at DESC"), text("id DESC")),
        Index("ix_agent_decisions_round", "round"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(ForeignKey("agent_rounds.number", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Text)
    ticker: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    task_type: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    #: The need with its parts, or the evidence of an escalation.
    observation: Mapped[dict[str, Any]]
    #: The neediest of what was passed over in the same round.
    options: Mapped[list[dict[str, Any]]]
    #: Params, strategy, the task that it replaces.
    choice: Mapped[dict[str, Any]]
    #: `pending`, then the status that its task ended with; `told` for an escalation.
    outcome: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[datetime | None]


class AgentReservation(Base):
    """What a task of the agent takes from the budget: reserved before it exists, real once it is over."""

    __tablename__ = "agent_reservations"
    __table_args__ = (
        Index("ix_agent_reservations_decision_id", "decision_id"),
        # The sums of a window are read from the index alone.
        Index(
            "ix_agent_reservations_at",
            "at",
            postgresql_include=["source", "task_type", "tasks", "calls", "tokens", "usd_micros"],
        ),
        Index("ix_agent_reservations_open", "task_id", postgresql_where=text("settled_at IS NULL")),
        CheckConstraint("tasks >= 0 AND calls >= 0 AND tokens >= 0 AND usd_micros >= 0", name="counted"),
    )

    #: No foreign key: what was used stays used when the task is deleted.
    task_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agent_decisions.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(Text)
    task_type: Mapped[str] = mapped_column(Text)
    #: What counts now: the estimate, and the real cost once the task is over.
    tasks: Mapped[int] = mapped_column(BigInteger)
    calls: Mapped[int] = mapped_column(BigInteger)
    tokens: Mapped[int] = mapped_column(BigInteger)
    usd_micros: Mapped[int] = mapped_column(BigInteger)
    estimate: Mapped[dict[str, Any]]
    settled_at: Mapped[datetime | None]
