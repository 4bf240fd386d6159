"""assignment strategies; dictionaries of types, products and tags; the on-call rota"""

import sqlalchemy as sa
from alembic import op

revision = "0008_routing"
down_revision = "0007_cards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain columns: SQLite would have to rebuild a table for a constraint, and others refer to these.
    op.add_column("department", sa.Column("strategy", sa.String(20), nullable=False, server_default="round_robin"))
    op.add_column("department", sa.Column("prefers_agent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("department", sa.Column("vip_to_senior", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("category", sa.Column("parent", sa.String(40), nullable=True))
    op.add_column("category", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("category", sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("ticket", sa.Column("type", sa.String(40), nullable=False, server_default=""))
    op.add_column("ticket", sa.Column("product", sa.String(40), nullable=False, server_default=""))
    op.add_column("ticket", sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "word",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_word")),
    )
    op.create_table(
        "oncall_slot",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_oncall_slot_agent_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_oncall_slot_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_slot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_oncall_slot_public_id")),
    )
    op.create_index("ix_oncall_slot_ends_at_starts_at", "oncall_slot", ["ends_at", "starts_at"])


def downgrade() -> None:
    op.drop_table("oncall_slot")
    op.drop_table("word")
    for table, names in {
        "ticket": ("queued_at", "product", "type"),
        "category": ("archived", "position", "parent"),
        "department": ("vip_to_senior", "prefers_agent", "strategy"),
    }.items():
        for name in names:
            op.drop_column(table, name)
