"""answers that can be changed, what came of a low one; templates of mails; conditions of start events"""

import sqlalchemy as sa
from alembic import op

revision = "0011_rating"
down_revision = "0010_lifecycle"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_template",
        sa.Column("occasion", sa.String(60), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint(
            "occasion", "language", "department", name=op.f("uq_mail_template_occasion_language_department")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_mail_template_public_id")),
    )
    op.add_column("definition", sa.Column("start_when", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("survey") as table:
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("outcome", sa.String(20), nullable=False, server_default=""))
        table.create_index("ix_survey_answered_at", ["answered_at", "score", "agent_id", "ticket_id"])


def downgrade() -> None:
    with op.batch_alter_table("survey") as table:
        table.drop_index("ix_survey_answered_at")
        table.drop_column("outcome")
        table.drop_column("followed_up_at")
        table.drop_column("changed_at")
    op.drop_column("definition", "start_when")  # in place: others refer to this table
    op.drop_table("mail_template")
