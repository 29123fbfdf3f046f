"""A copy of our source to which a kind of rows was added, as docs/task-authoring.md says: these files and nothing else.

The kind is `price_targets`, what analysts say that a share will cost; `price_target_crawl` collects them.
"""

import shutil
from pathlib import Path

from tests.db.sources import ROOT, packages

#: File -> what stands in it.
NEW = {
    "contracts/params/price_targets.py": '''\
"""Params of the crawl of price targets."""

from pydantic import Field

from contracts.params.common import DateRange, Params, Ticker, last_days


class PriceTargetParams(Params):
    """Collect what analysts say that a share will cost."""

    ticker: Ticker
    date_range: DateRange = Field(default_factory=lambda: last_days(7))
''',
    "activities/price_target_crawl.py": '''\
"""Collect price targets."""

from activities.context import TaskContext
from contracts.params.price_targets import PriceTargetParams
from contracts.records.rows import PriceTarget, RecordKind
from pydantic import BaseModel


class PriceTargetResult(BaseModel):
    targets_collected: int = 0


async def price_target_crawl(context: TaskContext, params: PriceTargetParams) -> PriceTargetResult:
    """One made-up target: what an analyst said when the task was submitted."""
    target = PriceTarget(
        ticker=params.ticker, analyst="ada", note="Buy $NVDA", cents=100, said_at=context.submitted_at
    )
    await context.store(RecordKind.PRICE_TARGETS, [target])
    return PriceTargetResult(targets_collected=1)
''',
    "db/migrations/versions/0900_price_targets.py": '''\
"""Price targets"""

import sqlalchemy as sa
from alembic import op

from db.migrations.of_workspaces import let_members_read

revision = "0900"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "analyst_targets",
        sa.Column("ticker", sa.Text(), nullable=False),
        sa.Column("analyst", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("workspace", sa.Text(), server_default="default", nullable=False),
        sa.PrimaryKeyConstraint("workspace", "ticker", "analyst", name=op.f("pk_analyst_targets")),
    )
    let_members_read("analyst_targets")
    op.create_index("ix_analyst_targets_said_at", "analyst_targets", ["said_at"])
    op.execute(
        "CREATE TRIGGER keep_revision AFTER UPDATE ON analyst_targets FOR EACH ROW "
        "WHEN ((OLD.note, OLD.cents, OLD.said_at) IS DISTINCT FROM (NEW.note, NEW.cents, NEW.said_at)) "
        "EXECUTE FUNCTION keep_revision('price_targets')"
    )


def downgrade() -> None:
    op.drop_table("analyst_targets")
''',
}
#: File -> (a line in it, what is put before that line).
ROWS = {
    "contracts/records/rows.py": [
        (
            "class RecordKind(StrEnum):\n",
            '''\
class PriceTarget(Record):
    """What an analyst says that a share will cost."""

    key = ("ticker", "analyst")

    ticker: TickerText
    analyst: Short
    note: LongText
    cents: Whole
    seen: Whole = 0
    said_at: Moment


''',
        ),
        (
            "    WEB_SNAPSHOTS = (\n",
            """\
    PRICE_TARGETS = (
        "price_targets",
        KindSpec(
            PriceTarget,
            table="analyst_targets",
            time="said_at",
            id="analyst",
            shown=("ticker", "analyst", "cents"),
            words=("note",),
            counters=("seen",),
            source="targets",
            author="analyst",
            kept_days=30,
        ),
    )
""",
        ),
    ],
    "contracts/task_types.py": [
        ("from contracts.params.trial import", "from contracts.params.price_targets import PriceTargetParams\n"),
        (
            '    TaskType("echo"',
            """\
    TaskType(
        "price_target_crawl",
        PriceTargetParams,
        "activities.price_target_crawl:price_target_crawl",
        writes=(RecordKind.PRICE_TARGETS,),
        source=DataSource("targets", "targets_collected", stale_hours=6, mentions=RecordKind.PRICE_TARGETS),
    ),
""",
        ),
    ],
    "db/models/collected.py": [
        (
            "class RedditCommentRow(Base):\n",
            """\
class PriceTargetRow(Base):
    __tablename__ = "analyst_targets"
    __table_args__ = (Index("ix_analyst_targets_said_at", "said_at"),)

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    analyst: Mapped[str] = mapped_column(Text, primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    cents: Mapped[int]
    seen: Mapped[int]
    said_at: Mapped[datetime]
    task_id: Mapped[uuid.UUID]
    attempt: Mapped[int]
    fetched_at: Mapped[datetime] = now_column()
    workspace: Mapped[str] = workspace_column()


""",
        )
    ],
}


def with_the_kind(directory: Path) -> Path:
    """The copy. What is not changed are links to our own files, so that they are the same for certain."""
    changed = {each.split("/")[0] for each in (*NEW, *ROWS)}
    for package in packages():
        if package.name in changed:
            shutil.copytree(package, directory / package.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (directory / package.name).symlink_to(package)
    for name in ("tests", "pyproject.toml"):
        (directory / name).symlink_to(ROOT / name)
    head = max(file.name[:4] for file in (ROOT / "db/migrations/versions").glob("0*.py"))
    for name, content in NEW.items():
        (directory / name).write_text(content.replace("{head}", head))
    for name, places in ROWS.items():
        _insert(directory / name, places)
    return directory


def _insert(file: Path, places: list[tuple[str, str]]) -> None:
    text = file.read_text()
    for line, added in places:
        assert text.count(line) == 1, f"{file} has no single line {line!r} any more; correct tests/db/added_kind.py"
        text = text.replace(line, added + line)
    file.write_text(text)
