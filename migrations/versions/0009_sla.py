"""clocks of an answer, optional targets, policies of organisations, calendars and policies with public ids"""

import sqlalchemy as sa
from alembic import op
from uuid_utils import uuid7

revision = "0009_sla"
down_revision = "0008_routing"
branch_labels = None
depends_on = None

_PAUSES = {"first_response": [], "resolution": ["customer", "review", "third_party"]}


def upgrade() -> None:
    with op.batch_alter_table("business_calendar") as table:
        table.add_column(sa.Column("public_id", sa.String(36), nullable=True))
    with op.batch_alter_table("policy") as table:
        table.add_column(sa.Column("public_id", sa.String(36), nullable=True))
        table.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("place", sa.String(60), nullable=True))
        table.add_column(sa.Column("next_response", sa.Integer(), nullable=True))
        table.add_column(sa.Column("idle", sa.Integer(), nullable=True))
        table.add_column(sa.Column("in_hours", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("sla_clock") as table:
        table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("after_message", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("paused_by", sa.JSON(), nullable=True))
        table.add_column(sa.Column("near_breach", sa.Double(), nullable=False, server_default="0.75"))
        table.add_column(sa.Column("in_hours", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("alerts", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    _fill()
    with op.batch_alter_table("business_calendar") as table:
        table.alter_column("public_id", existing_type=sa.String(36), nullable=False)
        table.create_unique_constraint(op.f("uq_business_calendar_public_id"), ["public_id"])
    with op.batch_alter_table("policy") as table:
        table.alter_column("public_id", existing_type=sa.String(36), nullable=False)
        table.alter_column("first_response", existing_type=sa.Integer(), nullable=True)
        table.alter_column("resolution", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint(op.f("uq_policy_priority_department_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_policy_public_id"), ["public_id"])
        table.create_unique_constraint(op.f("uq_policy_place"), ["place"])
        table.create_foreign_key(op.f("fk_policy_organisation_id"), "organisation", ["organisation_id"], ["id"])
    with op.batch_alter_table("sla_clock") as table:
        table.alter_column("paused_by", existing_type=sa.JSON(), nullable=False)
        table.drop_index("ix_sla_clock_ticket_id_kind")
        table.create_index("uq_sla_clock_ticket_id_kind_round", ["ticket_id", "kind", "round"], unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM sla_clock WHERE kind NOT IN ('first_response', 'resolution')")
    with op.batch_alter_table("sla_clock") as table:
        table.drop_index("uq_sla_clock_ticket_id_kind_round")
        table.create_index("ix_sla_clock_ticket_id_kind", ["ticket_id", "kind"], unique=True)
        for column in ("escalated_at", "alerts", "in_hours", "near_breach", "paused_by", "after_message", "round"):
            table.drop_column(column)
    op.execute("UPDATE policy SET first_response = COALESCE(first_response, 31536000)")  # a year, as there was no none
    op.execute("UPDATE policy SET resolution = COALESCE(resolution, 31536000)")
    _forget_organisations()
    with op.batch_alter_table("policy") as table:
        table.drop_constraint(op.f("fk_policy_organisation_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_policy_place"), type_="unique")
        table.drop_constraint(op.f("uq_policy_public_id"), type_="unique")
        table.alter_column("first_response", existing_type=sa.Integer(), nullable=False)
        table.alter_column("resolution", existing_type=sa.Integer(), nullable=False)
        for column in ("removed_at", "in_hours", "idle", "next_response", "place", "organisation_id", "public_id"):
            table.drop_column(column)
        table.create_unique_constraint(op.f("uq_policy_priority_department_id"), ["priority", "department_id"])
    with op.batch_alter_table("business_calendar") as table:
        table.drop_constraint(op.f("uq_business_calendar_public_id"), type_="unique")
        table.drop_column("public_id")


def _fill() -> None:
    connection = op.get_bind()
    policy = sa.table(
        "policy",
        *(sa.column(name, sa.String()) for name in ("public_id", "priority", "place")),
        *(sa.column(name, sa.Integer()) for name in ("id", "department_id")),
        sa.column("near_breach", sa.Double()),
        sa.column("pauses", sa.JSON()),
    )
    clock = sa.table(
        "sla_clock",
        *(sa.column(name, sa.Integer()) for name in ("id", "policy_id")),
        sa.column("kind", sa.String()),
        sa.column("paused_by", sa.JSON()),
        sa.column("near_breach", sa.Double()),
    )
    calendar = sa.table("business_calendar", sa.column("id", sa.Integer()), sa.column("public_id", sa.String()))
    for (ident,) in connection.execute(sa.select(calendar.c.id)).all():
        connection.execute(sa.update(calendar).where(calendar.c.id == ident).values(public_id=str(uuid7())))
    taken: set[str] = set()
    for row in connection.execute(sa.select(policy).order_by(policy.c.id)).all():
        place = f"{row.priority}:{row.department_id or 0}:0"
        values = {"public_id": str(uuid7()), "place": None if place in taken else place}
        taken.add(place)
        connection.execute(sa.update(policy).where(policy.c.id == row.id).values(**values))
        for kind, usual in _PAUSES.items():
            terms = {"paused_by": row.pauses.get(kind, usual), "near_breach": row.near_breach}
            mine = (clock.c.policy_id == row.id, clock.c.kind == kind)
            connection.execute(sa.update(clock).where(*mine).values(**terms))
    # A manager has heard of what had run out.
    connection.execute(sa.text("UPDATE sla_clock SET escalated_at = breached_at"))


def _forget_organisations() -> None:
    # What is no longer in force, or for an organisation, has no place in the release before; its clocks count by the
    # policy of everybody.
    op.execute(
        "UPDATE sla_clock SET policy_id = (SELECT MIN(other.id) FROM policy AS other JOIN policy AS mine"
        " ON mine.priority = other.priority WHERE mine.id = sla_clock.policy_id"
        " AND other.place = other.priority || ':0:0')"
        " WHERE policy_id IN (SELECT id FROM policy WHERE place IS NULL OR organisation_id IS NOT NULL)"
    )
    op.execute("DELETE FROM policy WHERE place IS NULL OR organisation_id IS NOT NULL")
