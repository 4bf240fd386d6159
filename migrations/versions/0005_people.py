"""absences as rows; mails found by their ticket"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0005_people"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    absence = op.create_table(
        "absence",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_absence_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absence_public_id")),
    )
    op.create_index("ix_absence_agent_id_ends_at", "absence", ["agent_id", "ends_at"])
    agent = sa.table("agent", sa.column("id", sa.Integer), sa.column("absent", sa.Boolean))
    now = sa.func.now()
    for (ident,) in op.get_bind().execute(sa.select(agent.c.id).where(agent.c.absent)).all():
        since = {"starts_at": now, "created_at": now, "note": "", "public_id": str(uuid.uuid4())}
        op.execute(sa.insert(absence).values(agent_id=ident, **since))
    with op.batch_alter_table("agent") as table:
        table.drop_column("absent")
    op.create_index("ix_outgoing_ticket_id", "outgoing", ["ticket_id"])
    op.create_index("ix_raw_message_ticket_id", "raw_message", ["ticket_id"])


def downgrade() -> None:
    op.drop_index("ix_raw_message_ticket_id", "raw_message")
    op.drop_index("ix_outgoing_ticket_id", "outgoing")
    with op.batch_alter_table("agent") as table:
        table.add_column(sa.Column("absent", sa.Boolean(), nullable=False, server_default=sa.false()))
    agent = sa.table("agent", sa.column("id", sa.Integer), sa.column("absent", sa.Boolean))
    absence = sa.table("absence", sa.column("agent_id", sa.Integer), sa.column("ends_at", sa.DateTime))
    away = sa.select(absence.c.agent_id).where(absence.c.ends_at.is_(None))
    op.execute(sa.update(agent).where(agent.c.id.in_(away)).values(absent=sa.true()))
    op.drop_table("absence")
