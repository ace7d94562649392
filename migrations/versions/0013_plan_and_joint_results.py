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


    # Campaigns from plan lines: the share of the whole class, at least so many; a partner's consent.
    op.add_column("campaign_stratum", sa.Column("minimum", sa.Integer(), server_default="0", nullable=False))
    op.add_column("campaign_stratum", sa.Column("of_whole", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("campaign_partner") as batch_op:
        batch_op.add_column(sa.Column("consent", sa.String(length=10), server_default="", nullable=False))
        batch_op.add_column(sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("consent_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("consent_note", sa.String(length=300), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_campaign_partner_consent_by_id_user"), "user", ["consent_by_id"], ["id"]
        )
    # Whoever took part in what was submitted before anybody was asked, took part.
    op.execute(
        "UPDATE campaign_partner SET consent = 'yes' WHERE campaign_id IN "
        "(SELECT id FROM campaign WHERE state <> 'draft')"
    )

    # Joint results: a part for each other agency, its notices and its problems.
    op.create_table(
        "inspection_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "not_entered",
                "awaiting_review",
                "sent_back",
                "awaiting_publication",
                "result_published",
                "corrected",
                "withdrawn",
                name="resultstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_back_reason", sa.String(length=500), nullable=False),
        sa.Column("sent_back_points", sa.JSON(), nullable=False),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_inspection_part_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_part_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user.id"], name=op.f("fk_inspection_part_reviewed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_part")),
        sa.UniqueConstraint(
            "inspection_id", "agency_id", name=op.f("uq_inspection_part_inspection_id_agency_id")
        ),
    )
    with op.batch_alter_table("inspection_part") as batch_op:
        batch_op.create_index("ix_inspection_part_agency_state", ["agency_id", "state"], unique=False)
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_notice_live_inspection_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_notice_live_inspection_id_agency_id"), ["live_inspection_id", "agency_id"]
        )
    with op.batch_alter_table("problem") as batch_op:
        batch_op.add_column(sa.Column("agency_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_problem_agency_id_agency"), "agency", ["agency_id"], ["id"])
    op.execute(
        "UPDATE problem SET agency_id = "
        "(SELECT inspection.agency_id FROM inspection WHERE inspection.id = problem.inspection_id)"
    )
    with op.batch_alter_table("problem") as batch_op:
        batch_op.alter_column("agency_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_index("ix_problem_agency_state", ["agency_id", "state"], unique=False)

    # The plan's forecast asks at each edit whether the register has moved on since it was read.
    with op.batch_alter_table("entity") as batch_op:
        batch_op.create_index("ix_entity_agency_updated", ["agency_id", "updated_at"], unique=False)

    # Imports: what people have changed since the last one, and how that is settled.
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.add_column(sa.Column("settle", sa.String(length=10), server_default="", nullable=False))
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.add_column(sa.Column("conflicts", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("cells", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("decision", sa.String(length=10), server_default="", nullable=False))

    # Lists of entities: the townships to choose from, without reading every row.
    with op.batch_alter_table("entity") as batch_op:
        batch_op.create_index("ix_entity_agency_township", ["agency_id", "township"], unique=False)

    # The clauses of a bureau's paper: when a quarterly report was sent up.
    op.create_table(
        "clause_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_clause_report_agency_id_agency")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_clause_report_recorded_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_report")),
        sa.UniqueConstraint(
            "agency_id", "year", "quarter", "figure", name=op.f("uq_clause_report_agency_id_year_quarter_figure")
        ),
    )


def downgrade() -> None:
    """Take them away again."""
    # The clauses of a bureau's paper
    op.drop_table("clause_report")

    # Imports
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.drop_column("decision")
        batch_op.drop_column("cells")
        batch_op.drop_column("conflicts")
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.drop_column("settle")

    # Lists of entities
    with op.batch_alter_table("entity") as batch_op:
        batch_op.drop_index("ix_entity_agency_township")

    # The plan's forecast
    with op.batch_alter_table("entity") as batch_op:
        batch_op.drop_index("ix_entity_agency_updated")

    # Joint results
    with op.batch_alter_table("problem") as batch_op:
        batch_op.drop_index("ix_problem_agency_state")
        batch_op.drop_constraint(batch_op.f("fk_problem_agency_id_agency"), type_="foreignkey")
        batch_op.drop_column("agency_id")
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_notice_live_inspection_id_agency_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_notice_live_inspection_id"), ["live_inspection_id"])
    with op.batch_alter_table("inspection_part") as batch_op:
        batch_op.drop_index("ix_inspection_part_agency_state")
    op.drop_table("inspection_part")
    # Campaigns from plan lines
    with op.batch_alter_table("campaign_partner") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_campaign_partner_consent_by_id_user"), type_="foreignkey")
        batch_op.drop_column("consent_note")
        batch_op.drop_column("consent_by_id")
        batch_op.drop_column("consent_at")
        batch_op.drop_column("consent")
    with op.batch_alter_table("campaign_stratum") as batch_op:
        batch_op.drop_column("of_whole")
        batch_op.drop_column("minimum")

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
