"""Published results"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("live_inspection_id", sa.Integer(), nullable=True),
        sa.Column("entity_name", sa.String(length=200), nullable=False),
        sa.Column("entity_code", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("first_published_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=500), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_notice_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_notice_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["live_inspection_id"], ["inspection.id"], name=op.f("fk_notice_live_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_notice_published_by_id_user")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["notice.id"], name=op.f("fk_notice_replaces_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("live_inspection_id", name=op.f("uq_notice_live_inspection_id")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_agency_published", ["agency_id", "published_at"], unique=False)
        batch_op.create_index(
            "ix_notice_figures",
            ["live_inspection_id", "agency_id", "first_published_on", "due_on", "result"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_notice_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index("ix_notice_published", ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_replaces_id"), ["replaces_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_replaces_id"))
        batch_op.drop_index("ix_notice_published")
        batch_op.drop_index(batch_op.f("ix_notice_inspection_id"))
        batch_op.drop_index("ix_notice_figures")
        batch_op.drop_index("ix_notice_agency_published")

    op.drop_table("notice")
