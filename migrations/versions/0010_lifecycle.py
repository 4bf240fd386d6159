"""stages; merging; links; time spent; bookmarks in processes"""

import sqlalchemy as sa
from alembic import op

revision = "0010_lifecycle"
down_revision = "0009_sla"
branch_labels = None
depends_on = None

STAGES = {"open": "new", "waiting": "awaiting", "cancelled": "cancelled", "rejected": "rejected"}


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("stage", sa.String(40), nullable=False, server_default="in_progress"))
        table.add_column(sa.Column("watched", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("absorbed", sa.Integer(), nullable=False, server_default="0"))
        table.create_foreign_key(op.f("fk_ticket_merged_into_id"), "ticket", ["merged_into_id"], ["id"])
        table.create_index(op.f("ix_ticket_merged_into_id"), ["merged_into_id"])
        table.create_index("ix_ticket_stage_rank_updated_at", ["stage", "rank", "updated_at"])
    ticket = sa.table("ticket", sa.column("status"), sa.column("stage"))
    for status, stage in STAGES.items():
        op.execute(ticket.update().where(ticket.c.status == status).values(stage=stage))
    done = ticket.c.status.in_(("resolved", "closed", "merged"))
    op.execute(ticket.update().where(done).values(stage="done"))
    _merge_and_links()
    op.create_table(
        "time_entry",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_time_entry_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_time_entry_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_time_entry_public_id")),
    )
    op.create_index(op.f("ix_time_entry_ticket_id"), "time_entry", ["ticket_id"])
    op.create_index(op.f("ix_time_entry_agent_id"), "time_entry", ["agent_id"])
    op.create_table(
        "bookmark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_bookmark_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark")),
    )
    op.create_index(op.f("ix_bookmark_instance_id"), "bookmark", ["instance_id"])
    op.create_index("ix_bookmark_name", "bookmark", ["name"])


def _merge_and_links() -> None:
    op.create_table(
        "ticket_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("wait_reason", sa.String(20), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["ticket.id"], name=op.f("fk_ticket_merge_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["ticket.id"], name=op.f("fk_ticket_merge_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_merge")),
    )
    op.create_index(op.f("ix_ticket_merge_source_id"), "ticket_merge", ["source_id"])
    op.create_index(op.f("ix_ticket_merge_target_id"), "ticket_merge", ["target_id"])
    op.create_table(
        "ticket_link",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], name=op.f("fk_ticket_link_other_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_link_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ticket_link_public_id")),
        sa.UniqueConstraint("ticket_id", "other_id", "kind", name=op.f("uq_ticket_link_ticket_id_other_id_kind")),
    )
    op.create_index(op.f("ix_ticket_link_other_id"), "ticket_link", ["other_id"])


def downgrade() -> None:
    for table_name in ("bookmark", "time_entry", "ticket_link", "ticket_merge"):
        op.drop_table(table_name)
    with op.batch_alter_table("ticket") as table:
        table.drop_index("ix_ticket_stage_rank_updated_at")
        table.drop_index(op.f("ix_ticket_merged_into_id"))
        table.drop_constraint(op.f("fk_ticket_merged_into_id"), type_="foreignkey")
        for column in ("absorbed", "merged_into_id", "watched", "stage"):
            table.drop_column(column)
