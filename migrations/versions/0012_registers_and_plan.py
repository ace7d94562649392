"""Registers that stay true, the year's plan as versions, 领导小组"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extra_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_extra_field_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_field")),
        sa.UniqueConstraint(
            "agency_id", "register", "label", name=op.f("uq_extra_field_agency_id_register_label")
        ),
    )
    op.create_table(
        "industry_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("industry", sa.String(length=60), nullable=False),
        sa.Column("theme", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=60), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_industry_topic_agency_id_agency")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_industry_topic")),
        sa.UniqueConstraint(
            "agency_id", "industry", "theme", name=op.f("uq_industry_topic_agency_id_industry_theme")
        ),
    )
    op.create_table(
        "assistant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_assistant_agency_id_agency")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_assistant_section_id_section")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant")),
    )
    with op.batch_alter_table("assistant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assistant_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "leading_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("office_section_id", sa.Integer(), nullable=True),
        sa.Column("office_phone", sa.String(length=40), nullable=False),
        sa.Column("duties", sa.String(length=1000), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_leading_group_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["office_section_id"], ["section.id"], name=op.f("fk_leading_group_office_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leading_group")),
        sa.UniqueConstraint("agency_id", name=op.f("uq_leading_group_agency_id")),
    )
    op.create_table(
        "class_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_class_rules_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["user.id"], name=op.f("fk_class_rules_applied_by_id_user")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_class_rules_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_rules")),
        sa.UniqueConstraint("agency_id", "version", name=op.f("uq_class_rules_agency_id_version")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("no_item_reason", sa.String(length=300), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_duty_agency_id_agency")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_duty_item_id_item")),
        sa.ForeignKeyConstraint(["section_id"], ["section.id"], name=op.f("fk_duty_section_id_section")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint(
            "agency_id", "source", "code", "name", name=op.f("uq_duty_agency_id_source_code_name")
        ),
    )
    op.create_table(
        "header_synonym",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("column", sa.String(length=60), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_header_synonym_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_header_synonym_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_header_synonym")),
        sa.UniqueConstraint(
            "agency_id", "what", "title", name=op.f("uq_header_synonym_agency_id_what_title")
        ),
    )
    op.create_table(
        "item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_item_version_by_id_user")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_version_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_item_version_item_id_version")),
    )
    op.create_table(
        "leading_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["leading_group.id"],
            name=op.f("fk_leading_member_group_id_leading_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_leading_member_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leading_member")),
    )
    with op.batch_alter_table("leading_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leading_member_group_id"), ["group_id"], unique=False)

    op.create_table(
        "list_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_list_review_agency_id_agency")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_list_review_by_id_user")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_list_review_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_review")),
    )
    with op.batch_alter_table("list_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_review_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "officer_leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_officer_leave_by_id_user")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_leave_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_leave")),
    )
    with op.batch_alter_table("officer_leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_leave_officer_id"), ["officer_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "plan_draft",
                "plan_submitted",
                "plan_approved",
                "plan_reported",
                "plan_published",
                "plan_dropped",
                name="planstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("scan_sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("reported_to", sa.String(length=100), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_back_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_plan_agency_id_agency")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_plan_approved_by_id_user")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_plan_created_by_id_user")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name=op.f("fk_plan_published_by_id_user")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["user.id"], name=op.f("fk_plan_reported_by_id_user")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user.id"], name=op.f("fk_plan_submitted_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("agency_id", "year", "version", name=op.f("uq_plan_agency_id_year_version")),
    )
    op.create_table(
        "plan_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.JSON(), nullable=False),
        sa.Column("counting", sa.JSON(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_plan_settings_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_plan_settings_changed_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_settings")),
        sa.UniqueConstraint("agency_id", "year", name=op.f("uq_plan_settings_agency_id_year")),
    )
    op.create_table(
        "class_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("rules_id", sa.Integer(), nullable=True),
        sa.Column(
            "supervision_class",
            sa.Enum("特殊", "重点", "一般", name="supervisionclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_class_decision_by_id_user")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_class_decision_entity_id_entity")
        ),
        sa.ForeignKeyConstraint(
            ["rules_id"], ["class_rules.id"], name=op.f("fk_class_decision_rules_id_class_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_decision")),
    )
    with op.batch_alter_table("class_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_class_decision_entity_id"), ["entity_id"], unique=False)

    op.create_table(
        "entity_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("taken_over", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_entity_merge_by_id_user")),
        sa.ForeignKeyConstraint(["gone_id"], ["entity.id"], name=op.f("fk_entity_merge_gone_id_entity")),
        sa.ForeignKeyConstraint(["kept_id"], ["entity.id"], name=op.f("fk_entity_merge_kept_id_entity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_merge")),
        sa.UniqueConstraint("gone_id", name=op.f("uq_entity_merge_gone_id")),
    )
    with op.batch_alter_table("entity_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entity_merge_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "not_double",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_not_double_by_id_user")),
        sa.ForeignKeyConstraint(["first_id"], ["entity.id"], name=op.f("fk_not_double_first_id_entity")),
        sa.ForeignKeyConstraint(["second_id"], ["entity.id"], name=op.f("fk_not_double_second_id_entity")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_not_double")),
    )
    op.create_table(
        "register_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("register", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_register_change_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_register_change_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_register_change_by_id_user")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_register_change_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_change")),
    )
    with op.batch_alter_table("register_change", schema=None) as batch_op:
        batch_op.create_index("ix_register_change_agency_at", ["agency_id", "register", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_change_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_register_change_subject", ["register", "subject_id"], unique=False)

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("platform", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credit_risk_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("credit_risk_source", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("class_by", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("class_reason", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("class_since", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("claimed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_entity_merged_into_id_entity"), "entity", ["merged_into_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_entity_claimed_by_id_user"), "user", ["claimed_by_id"], ["id"]
        )

    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("job_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_import_batch_undone_by_id_user"), "user", ["undone_by_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_import_batch_job_id_job"), "job", ["job_id"], ["id"])

    op.create_table(
        "entity_staged",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pinyin", sa.String(length=200), nullable=False),
        sa.Column("entity_type", sa.String(length=60), nullable=False),
        sa.Column("registration_authority", sa.String(length=100), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("legal_representative", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("township", sa.String(length=40), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("industry", sa.String(length=60), nullable=False),
        sa.Column("business_scope", sa.Text(), nullable=False),
        sa.Column("capital", sa.String(length=60), nullable=False),
        sa.Column("supervision_class", sa.String(length=32), nullable=False),
        sa.Column("credit_risk", sa.String(length=1), nullable=False),
        sa.Column("positive_from", sa.Date(), nullable=True),
        sa.Column("positive_until", sa.Date(), nullable=True),
        sa.Column("credit_risk_on", sa.Date(), nullable=True),
        sa.Column("credit_risk_source", sa.String(length=60), nullable=False),
        sa.Column("class_by", sa.String(length=10), nullable=False),
        sa.Column("class_reason", sa.String(length=300), nullable=False),
        sa.Column("class_since", sa.Date(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_entity_staged_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_entity_staged")),
    )
    op.create_table(
        "officer_staged",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("pinyin", sa.String(length=60), nullable=False),
        sa.Column("gender", sa.String(length=4), nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("photo_sha256", sa.String(length=64), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_officer_staged_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_officer_staged")),
    )
    op.create_table(
        "staged_tag",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_staged_tag_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_staged_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("batch_id", "number", "tag_id", name=op.f("pk_staged_tag")),
    )

    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("before", sa.Text(), nullable=True))

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frequency", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("claimed_on", sa.Date(), nullable=True))

    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("month", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("items", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("scope", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("layers", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("method", sa.String(length=30), nullable=False, server_default="实地检查")
        )
        batch_op.add_column(sa.Column("joint", sa.String(length=10), nullable=False, server_default="none"))
        batch_op.add_column(sa.Column("partners", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("by_credit", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("directed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column("counts_inspected", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("area", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("level", sa.String(length=20), nullable=False, server_default="县级"))
        batch_op.add_column(sa.Column("section_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_from", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_plan_line_section_id_section"), "section", ["section_id"], ["id"]
        )


def downgrade() -> None:
    op.drop_table("staged_tag")
    op.drop_table("officer_staged")
    op.drop_table("entity_staged")
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_plan_line_section_id_section"), type_="foreignkey")
        batch_op.drop_column("dropped_at")
        batch_op.drop_column("merged_from")
        batch_op.drop_column("section_id")
        batch_op.drop_column("level")
        batch_op.drop_column("area")
        batch_op.drop_column("counts_inspected")
        batch_op.drop_column("directed")
        batch_op.drop_column("by_credit")
        batch_op.drop_column("partners")
        batch_op.drop_column("joint")
        batch_op.drop_column("method")
        batch_op.drop_column("layers")
        batch_op.drop_column("scope")
        batch_op.drop_column("items")
        batch_op.drop_column("month")

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_column("claimed_on")
        batch_op.drop_column("frequency")

    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_column("before")
        batch_op.drop_column("subject_id")

    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_import_batch_job_id_job"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_import_batch_undone_by_id_user"), type_="foreignkey")
        batch_op.drop_column("undone_by_id")
        batch_op.drop_column("undone_at")
        batch_op.drop_column("job_id")

    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_entity_claimed_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_entity_merged_into_id_entity"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("claimed_by_id")
        batch_op.drop_column("claimed_at")
        batch_op.drop_column("class_since")
        batch_op.drop_column("class_reason")
        batch_op.drop_column("class_by")
        batch_op.drop_column("credit_risk_source")
        batch_op.drop_column("credit_risk_on")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("platform")

    with op.batch_alter_table("register_change", schema=None) as batch_op:
        batch_op.drop_index("ix_register_change_subject")
        batch_op.drop_index(batch_op.f("ix_register_change_batch_id"))
        batch_op.drop_index("ix_register_change_agency_at")

    op.drop_table("register_change")
    op.drop_table("not_double")
    with op.batch_alter_table("entity_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entity_merge_kept_id"))

    op.drop_table("entity_merge")
    with op.batch_alter_table("class_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_decision_entity_id"))

    op.drop_table("class_decision")
    op.drop_table("plan_settings")
    op.drop_table("plan")
    with op.batch_alter_table("officer_leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_leave_officer_id"))

    op.drop_table("officer_leave")
    with op.batch_alter_table("list_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_review_agency_id"))

    op.drop_table("list_review")
    with op.batch_alter_table("leading_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leading_member_group_id"))

    op.drop_table("leading_member")
    op.drop_table("item_version")
    op.drop_table("header_synonym")
    op.drop_table("duty")
    op.drop_table("class_rules")
    op.drop_table("leading_group")
    with op.batch_alter_table("assistant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assistant_agency_id"))

    op.drop_table("assistant")
    op.drop_table("industry_topic")
    op.drop_table("extra_field")
