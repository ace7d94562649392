"""Draws"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("live_campaign_id", sa.Integer(), nullable=True),
        sa.Column("draw_no", sa.String(length=80), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("frozen_draw", "drawn", "voided", name="drawstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("commitment_sha256", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("entity_ids", sa.JSON(), nullable=False),
        sa.Column("officer_ids", sa.JSON(), nullable=False),
        sa.Column("values_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("values_typed", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.Column("outside_values", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("receipt_sha256", sa.String(length=64), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_draw_agency_id_agency")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_draw_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user.id"], name=op.f("fk_draw_drawn_by_id_user")),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["user.id"], name=op.f("fk_draw_frozen_by_id_user")),
        sa.ForeignKeyConstraint(
            ["live_campaign_id"], ["campaign.id"], name=op.f("fk_draw_live_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user.id"], name=op.f("fk_draw_voided_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("agency_id", "serial", name=op.f("uq_draw_agency_id_serial")),
        sa.UniqueConstraint("commitment_sha256", name=op.f("uq_draw_commitment_sha256")),
        sa.UniqueConstraint("draw_no", name=op.f("uq_draw_draw_no")),
        sa.UniqueConstraint("live_campaign_id", name=op.f("uq_draw_live_campaign_id")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "drawn_object",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("ticket", sa.String(length=90), nullable=False),
        sa.Column("team", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_drawn_object_draw_id_draw")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_drawn_object_entity_id_entity")),
        sa.PrimaryKeyConstraint("draw_id", "place", name=op.f("pk_drawn_object")),
        sa.UniqueConstraint("draw_id", "entity_id", name=op.f("uq_drawn_object_draw_id_entity_id")),
    )


def downgrade() -> None:
    op.drop_table("drawn_object")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_campaign_id"))

    op.drop_table("draw")
