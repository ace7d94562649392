"""Draws before witnesses: proposals, changes, messages"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_partner",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_campaign_partner_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_partner_campaign_id_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_campaign_partner_section_id_section")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "place", name=op.f("pk_campaign_partner")),
        sa.UniqueConstraint(
            "campaign_id",
            "agency_id",
            "section_id",
            name=op.f("uq_campaign_partner_campaign_id_agency_id_section_id"),
        ),
    )
    op.create_table(
        "draw_declaration",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_draw_declaration_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user.id"], name=op.f("fk_draw_declaration_declared_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_draw_declaration_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "officer_id", name=op.f("pk_draw_declaration")),
    )
    op.create_table(
        "freeze_proposal",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("seen_sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_freeze_proposal_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name=op.f("fk_freeze_proposal_proposed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_freeze_proposal")),
    )
    op.create_table(
        "draw_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "change_asked",
                "change_approved",
                "change_refused",
                name="changestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("out", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("evidence_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_reason", sa.String(length=500), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("receipt_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_draw_change_asked_by_id_user")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_draw_change_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_change_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_change")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_draw_change_draw_id_number")),
    )
    with op.batch_alter_table("draw_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_change_draw_id"), ["draw_id"], unique=False)

    op.create_table(
        "draw_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sentence", sa.String(length=700), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_draw_message_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_draw_message_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_message_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_message")),
    )
    with op.batch_alter_table("draw_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_message_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "draw_message_read",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["draw_message.id"], name=op.f("fk_draw_message_read_message_id_draw_message")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_draw_message_read_user_id_user")),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_draw_message_read")),
    )
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frequency_cap", sa.Integer(), nullable=True))

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("team_unit", sa.String(length=10), nullable=False, server_default="officer")
        )

    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sealed_taken_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sealed_taken_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("witnesses", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("values_entered", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("revealed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("voided_with_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("void_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("void_asked_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_draw_voided_with_id_user"), "user", ["voided_with_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_draw_proposed_by_id_user"), "user", ["proposed_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_draw_void_asked_by_id_user"), "user", ["void_asked_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_draw_sealed_taken_by_id_user"), "user", ["sealed_taken_by_id"], ["id"]
        )

    with op.batch_alter_table("drawn_object", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team_now", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("came_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("left_by", sa.Integer(), nullable=True))
    op.execute(sa.text("UPDATE drawn_object SET team_now = team"))
    # what was drawn before was shown at once
    op.execute(
        sa.text(
            "UPDATE draw SET revealed = (SELECT count(*) FROM drawn_object WHERE drawn_object.draw_id = draw.id)"
        )
    )

    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("skip_inspected", sa.String(length=10), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("frequency_cap", sa.Integer(), nullable=True))

    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("campaign_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_recusal_officer_id_entity_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_recusal_officer_id_entity_id_campaign_id"),
            ["officer_id", "entity_id", "campaign_id"],
        )
        batch_op.create_index(
            "uq_recusal_standing",
            ["officer_id", "entity_id"],
            unique=True,
            sqlite_where=sa.text("campaign_id IS NULL"),
            postgresql_where=sa.text("campaign_id IS NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_recusal_campaign_id_campaign"), "campaign", ["campaign_id"], ["id"]
        )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM recusal WHERE campaign_id IS NOT NULL"))
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_recusal_campaign_id_campaign"), type_="foreignkey")
        batch_op.drop_index(
            "uq_recusal_standing",
            sqlite_where=sa.text("campaign_id IS NULL"),
            postgresql_where=sa.text("campaign_id IS NULL"),
        )
        batch_op.drop_constraint(batch_op.f("uq_recusal_officer_id_entity_id_campaign_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_recusal_officer_id_entity_id"), ["officer_id", "entity_id"]
        )
        batch_op.drop_column("campaign_id")

    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_column("frequency_cap")
        batch_op.drop_column("skip_inspected")

    with op.batch_alter_table("drawn_object", schema=None) as batch_op:
        batch_op.drop_column("left_by")
        batch_op.drop_column("came_by")
        batch_op.drop_column("team_now")

    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_draw_sealed_taken_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_draw_void_asked_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_draw_proposed_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_draw_voided_with_id_user"), type_="foreignkey")
        batch_op.drop_column("void_asked_by_id")
        batch_op.drop_column("void_asked_at")
        batch_op.drop_column("voided_with_id")
        batch_op.drop_column("revealed")
        batch_op.drop_column("values_entered")
        batch_op.drop_column("witnesses")
        batch_op.drop_column("sealed_taken_by_id")
        batch_op.drop_column("sealed_taken_at")
        batch_op.drop_column("proposed_by_id")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("team_unit")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("frequency_cap")

    op.drop_table("draw_message_read")
    with op.batch_alter_table("draw_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_message_agency_id"))

    op.drop_table("draw_message")
    with op.batch_alter_table("draw_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_change_draw_id"))

    op.drop_table("draw_change")
    op.drop_table("freeze_proposal")
    op.drop_table("draw_declaration")
    op.drop_table("campaign_partner")
