"""several phones and domains; links to a CRM and its syncs; merged contacts"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0006_contacts"
down_revision = "0005_people"
branch_labels = None
depends_on = None

BATCH = 1_000


def upgrade() -> None:
    _organisations()
    _phones()
    with op.batch_alter_table("contact") as table:
        table.drop_column("phone")
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_contact_merged_into_id"), "contact", ["merged_into_id"], ["id"])
        table.create_index("ix_contact_name_id", ["name", "id"])
        table.create_index("ix_contact_organisation_id_name", ["organisation_id", "name"])
    op.create_table(
        "crm_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(60), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_crm_link_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_link")),
    )
    op.create_index(op.f("ix_crm_link_contact_id"), "crm_link", ["contact_id"])
    op.create_index("uq_crm_link_system_external_id", "crm_link", ["system", "external_id"], unique=True)
    op.create_table(
        "contact_merge",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(80), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["contact.id"], name=op.f("fk_contact_merge_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["contact.id"], name=op.f("fk_contact_merge_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contact_merge_public_id")),
    )
    op.create_index(op.f("ix_contact_merge_source_id"), "contact_merge", ["source_id"])
    op.create_index(op.f("ix_contact_merge_target_id"), "contact_merge", ["target_id"])
    _crm()


def _organisations() -> None:
    op.create_table(
        "organisation_domain",
        sa.Column("domain", sa.String(200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_domain_organisation_id")
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_organisation_domain")),
    )
    op.create_index(op.f("ix_organisation_domain_organisation_id"), "organisation_domain", ["organisation_id"])
    op.execute(
        "INSERT INTO organisation_domain (domain, organisation_id) "
        "SELECT domain, id FROM organisation WHERE domain IS NOT NULL"
    )
    with op.batch_alter_table("organisation") as table:
        table.drop_constraint(op.f("uq_organisation_domain"), type_="unique")
        table.drop_column("domain")
        table.add_column(sa.Column("notes", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("vip", sa.Boolean(), nullable=False, server_default=sa.false()))


def _phones() -> None:
    phones = op.create_table(
        "contact_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(60), nullable=False),
        sa.Column("digits", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_phone_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_phone")),
    )
    op.create_index("uq_contact_phone_contact_id_digits", "contact_phone", ["contact_id", "digits"], unique=True)
    op.create_index(op.f("ix_contact_phone_digits"), "contact_phone", ["digits"])
    connection, last = op.get_bind(), 0
    there = sa.text("SELECT id, phone FROM contact WHERE phone <> '' AND id > :last ORDER BY id LIMIT :batch")
    while rows := connection.execute(there, {"last": last, "batch": BATCH}).all():
        last = rows[-1].id
        kept = [{"contact_id": r.id, "phone": r.phone, "digits": re.sub(r"\D", "", r.phone)[-20:]} for r in rows]
        if kept:
            op.bulk_insert(phones, kept)


def _crm() -> None:
    op.create_table(
        "crm_source",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("token", sa.String(2000), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_source")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_source_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_crm_source_public_id")),
    )
    op.create_table(
        "crm_run",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("since", sa.String(500), nullable=False),
        sa.Column("cursor", sa.String(500), nullable=False),
        sa.Column("next_since", sa.String(500), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["crm_source.id"], name=op.f("fk_crm_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_crm_run_public_id")),
    )
    op.create_index("ix_crm_run_source_id_id", "crm_run", ["source_id", "id"])
    op.create_table(
        "crm_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_crm_line_contact_id")),
        sa.ForeignKeyConstraint(["run_id"], ["crm_run.id"], name=op.f("fk_crm_line_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_line")),
    )
    op.create_index("ix_crm_line_run_id_id", "crm_line", ["run_id", "id"])
    op.create_index(op.f("ix_crm_line_contact_id"), "crm_line", ["contact_id"])


def downgrade() -> None:
    for table in ("crm_line", "crm_run", "crm_source", "contact_merge", "crm_link"):
        op.drop_table(table)
    with op.batch_alter_table("contact") as table:
        table.drop_index("ix_contact_organisation_id_name")
        table.drop_index("ix_contact_name_id")
        table.drop_constraint(op.f("fk_contact_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_into_id")
        table.add_column(sa.Column("phone", sa.String(60), nullable=False, server_default=""))
    op.execute(
        "UPDATE contact SET phone = coalesce((SELECT phone FROM contact_phone p WHERE p.contact_id = contact.id "
        "ORDER BY p.id LIMIT 1), '')"
    )
    op.drop_table("contact_phone")
    with op.batch_alter_table("organisation") as table:
        table.drop_column("vip")
        table.drop_column("notes")
        table.add_column(sa.Column("domain", sa.String(200), nullable=True))
    op.execute(
        "UPDATE organisation SET domain = (SELECT min(d.domain) FROM organisation_domain d "
        "WHERE d.organisation_id = organisation.id)"
    )
    with op.batch_alter_table("organisation") as table:
        table.create_unique_constraint(op.f("uq_organisation_domain"), ["domain"])
    op.drop_table("organisation_domain")
