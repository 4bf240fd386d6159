"""timers are claimed, put off when they fail, and counted"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE timer SET look_at = due_at")
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.alter_column("look_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("attempts", existing_type=sa.Integer(), server_default=None)
        batch_op.drop_index("ix_timer_state_due_at")
        batch_op.create_index("ix_timer_state_look_at", ["state", "look_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_index("ix_timer_state_look_at")
        batch_op.create_index("ix_timer_state_due_at", ["state", "due_at"], unique=False)
        batch_op.drop_column("attempts")
        batch_op.drop_column("look_at")
