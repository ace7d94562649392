"""Plan and joint results

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns and tables that the plan, upkeep and joint results add."""
    # laws: who stands for the dates, and since when
    op.add_column("law_basis", sa.Column("verified_by", sa.String(length=60), server_default="", nullable=False))
    op.add_column("law_basis", sa.Column("verified_on", sa.Date(), nullable=True))

    # Upkeep of the registers: how often a list is looked over, and who was reminded of it.
    with op.batch_alter_table("agency") as batch_op:
        batch_op.add_column(sa.Column("review_days", sa.Integer(), nullable=True))
    op.create_table(
        "upkeep_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_upkeep_reminder_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_upkeep_reminder_section_id_section")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_upkeep_reminder_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep_reminder")),
    )
    with op.batch_alter_table("upkeep_reminder") as batch_op:
        batch_op.create_index(batch_op.f("ix_upkeep_reminder_agency_id"), ["agency_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    # laws
    with op.batch_alter_table("law_basis", schema=None) as batch_op:
        batch_op.drop_column("verified_on")
        batch_op.drop_column("verified_by")

    # Upkeep of the registers
    with op.batch_alter_table("upkeep_reminder") as batch_op:
        batch_op.drop_index(batch_op.f("ix_upkeep_reminder_agency_id"))
    op.drop_table("upkeep_reminder")
    with op.batch_alter_table("agency") as batch_op:
        batch_op.drop_column("review_days")
