"""What goes by age"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_tasks_deleted_at": "tasks (deleted_at) WHERE deleted_at IS NOT NULL",
    "ix_idempotency_keys_created_at": "idempotency_keys (created_at)",
    "ix_bot_leases_claimed_at": "bot_leases (claimed_at)",
}


def upgrade() -> None:
    for name, on in _INDEXES.items():
        create_index(name, on)


def downgrade() -> None:
    for name in _INDEXES:
        drop_index(name)
