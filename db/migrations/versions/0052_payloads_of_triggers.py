"""Payloads that the log of a trigger has kept, by outcome: so that the oldest are found whose place others take"""

from db.migrations.beside_writers import create_index, drop_index

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        "ix_trigger_deliveries_payloads", "trigger_deliveries (trigger_id, outcome, id) WHERE payload IS NOT NULL"
    )


def downgrade() -> None:
    drop_index("ix_trigger_deliveries_payloads")
