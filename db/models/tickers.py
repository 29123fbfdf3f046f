"""The watchlist: which tickers people care about, and what they know of them that no crawl finds out."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, now_column


class WatchedTicker(Base):
    __tablename__ = "watched_tickers"
    __table_args__ = (
        CheckConstraint("watchers >= 0", name="watchers_counted"),
        # The ranking reads the most watched ones.
        Index("ix_watched_tickers_tracked", text("watchers DESC"), "ticker", postgresql_where=text("tracked")),
    )

    ticker: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    #: Its sources are to be kept fresh; false: known, but left alone.
    tracked: Mapped[bool] = mapped_column(server_default="true")
    watchers: Mapped[int] = mapped_column(server_default="0")
    earnings_date: Mapped[date | None]
    #: A score from 0 to 100 that somebody gives it, the one before, and when it changed.
    score: Mapped[float | None]
    score_before: Mapped[float | None]
    score_changed_at: Mapped[datetime | None]
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = now_column()
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = now_column()
