"""assignment strategies; dictionaries of types, products and tags; the on-call rota"""

import sqlalchemy as sa
from alembic import op

revision = "0008_routing"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("department") as table:
        table.add_column(sa.Column("strategy", sa.String(20), nullable=False, server_default="round_robin"))
        table.add_column(sa.Column("prefers_agent", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("vip_to_senior", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("category") as table:
        table.add_column(sa.Column("parent", sa.String(40), nullable=True))
        table.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_foreign_key(op.f("fk_category_parent"), "category", ["parent"], ["key"])
    op.create_table(
        "word",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_word")),
    )
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("type", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("product", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
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
    with op.batch_alter_table("ticket") as table:
        for name in ("queued_at", "product", "type"):
            table.drop_column(name)
    op.drop_table("word")
    with op.batch_alter_table("category") as table:
        table.drop_constraint(op.f("fk_category_parent"), type_="foreignkey")
        for name in ("archived", "position", "parent"):
            table.drop_column(name)
    with op.batch_alter_table("department") as table:
        for name in ("vip_to_senior", "prefers_agent", "strategy"):
            table.drop_column(name)
