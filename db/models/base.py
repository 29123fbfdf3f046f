"""Base of all tables: constraint names that migrations can rely on, and the column shorthands."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Index, MetaData, Text, func, literal_column, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


class TransactionId(UserDefinedType[int]):
    """The type xid8 of Postgres, which SQLAlchemy does not know."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionId


def now_column() -> Mapped[datetime]:
    """A timestamp that Postgres fills in at insert."""
    return mapped_column(server_default=func.now())


def workspace_column(*, is_key: bool = True) -> Mapped[str]:
    """The workspace of a row. In Postgres it is the first column of the primary key (docs/adr/0057)."""
    return mapped_column(Text, primary_key=is_key, server_default="default")


def newest_of_workspace(table: str, time: str) -> Index:
    """For members. The default workspace, which has the most rows and no members, is not in it."""
    return Index(
        f"ix_{table}_workspace_{time}",
        *("workspace", literal_column(time).desc()),
        postgresql_where=text("workspace <> 'default'"),
    )
