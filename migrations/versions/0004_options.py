"""options of the desk; managers of agents; what is known about a contact"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "option",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_option")),
    )
    with op.batch_alter_table("agent") as table:
        table.add_column(sa.Column("manager_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_agent_manager_id"), "agent", ["manager_id"], ["id"])
    with op.batch_alter_table("contact") as table:
        table.add_column(sa.Column("product", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("may_request_changes", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("preferred_agent_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_contact_preferred_agent_id"), "agent", ["preferred_agent_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("contact") as table:
        table.drop_constraint(op.f("fk_contact_preferred_agent_id"), type_="foreignkey")
        table.drop_column("preferred_agent_id")
        table.drop_column("may_request_changes")
        table.drop_column("product")
    with op.batch_alter_table("agent") as table:
        table.drop_constraint(op.f("fk_agent_manager_id"), type_="foreignkey")
        table.drop_column("manager_id")
    op.drop_table("option")
