"""Nothing lost, nothing twice: quiet hours, fair turns of editions, dead letters, updates from webhooks.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("quiet", sa.Text()))
    op.add_column("outbox", sa.Column("urgent", sa.Boolean()))
    op.drop_index("ix_outbox_due", "outbox")
    _partial_index("ix_outbox_due", "outbox", ["kind", "source_id", "not_before", "id"], "state = 'pending'")
    _partial_index("ix_outbox_dead", "outbox", ["id"], "state IN ('dead', 'unknown')")
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("update_id", name="pk_inbox"),
    )
    _partial_index("ix_inbox_waiting", "inbox", ["chat_id", "update_id"], "handled_at IS NULL")
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"])


def _partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
