"""projects, their boards and segments, and cards"""

import sqlalchemy as sa
from alembic import op

revision = "0007_cards"
down_revision = "0006_contacts"
branch_labels = None
depends_on = None


def _public() -> list[sa.Column[object]]:
    return [sa.Column("id", sa.Integer(), nullable=False), sa.Column("public_id", sa.String(36), nullable=False)]


def upgrade() -> None:
    _boards()
    _cards()


def _boards() -> None:
    op.create_table(
        "project",
        sa.Column("key", sa.String(10), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_public(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("key", name=op.f("uq_project_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_project_public_id")),
    )
    op.create_table(
        "segment",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("prefix", sa.String(60), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        *_public(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_segment_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("prefix", name=op.f("uq_segment_prefix")),
        sa.UniqueConstraint("public_id", name=op.f("uq_segment_public_id")),
    )
    op.create_index("uq_segment_project_id_key", "segment", ["project_id", "key"], unique=True)
    op.create_table(
        "segment_address",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_segment_address_segment_id")),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_segment_address")),
    )
    op.create_index(op.f("ix_segment_address_segment_id"), "segment_address", ["segment_id"])
    op.create_table(
        "board_column",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wip_limit", sa.Integer(), nullable=True),
        sa.Column("meaning", sa.String(10), nullable=False),
        *_public(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_board_column_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_column")),
        sa.UniqueConstraint("public_id", name=op.f("uq_board_column_public_id")),
    )
    op.create_index(op.f("ix_board_column_project_id"), "board_column", ["project_id"])


def _cards() -> None:
    op.create_table(
        "card",
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("customer_wrote_at",)),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("created_at", "updated_at")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("done_at", "cancelled_at")),
        *_public(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_card_project_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_card_segment_id")),
        sa.ForeignKeyConstraint(["column_id"], ["board_column.id"], name=op.f("fk_card_column_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"], name=op.f("fk_card_owner_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_card_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("number", name=op.f("uq_card_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_card_public_id")),
    )
    op.create_index(op.f("ix_card_project_id"), "card", ["project_id"])
    op.create_index("ix_card_column_id_position", "card", ["column_id", "position"])
    op.create_table(
        "checklist_item",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        *_public(),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_checklist_item_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("public_id", name=op.f("uq_checklist_item_public_id")),
    )
    op.create_index(op.f("ix_checklist_item_card_id"), "checklist_item", ["card_id"])
    op.create_table(
        "card_ticket",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_ticket_card_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_card_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("card_id", "ticket_id", name=op.f("pk_card_ticket")),
    )
    op.create_index(op.f("ix_card_ticket_ticket_id"), "card_ticket", ["ticket_id"])


def downgrade() -> None:
    for table in ("card_ticket", "checklist_item", "card", "board_column", "segment_address", "segment", "project"):
        op.drop_table(table)
