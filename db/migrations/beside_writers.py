"""Changes of large tables that nobody who writes to them waits for.

They commit what the migration did before: what stands there has to be able to be done again, or comes after them.
"""

from alembic import op


def create_index(name: str, on: str, *, unique: bool = False) -> None:
    """``on``: what follows ON. One that was begun and is of no use is built anew."""
    index = "UNIQUE INDEX" if unique else "INDEX"
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE {index} CONCURRENTLY {name} ON {on}")


def drop_index(name: str) -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
