"""What surrounds a visit: approvals, other days, evidence, ratings, objections; long work"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "job_waiting",
                "job_running",
                "job_done",
                "job_failed",
                "job_cancelled",
                name="jobstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("doing", sa.String(length=120), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_job_agency_id_agency")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_job_asked_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state_id", ["state", "id"], unique=False)

    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_phrase_agency_id_agency")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_phrase_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phrase_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "check_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "approval_asked",
                "approval_given",
                "approval_refused",
                name="approvalstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(length=500), nullable=False),
        sa.Column("urgent_by_id", sa.Integer(), nullable=True),
        sa.Column("urgent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_check_approval_asked_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["urgent_by_id"], ["user.id"], name=op.f("fk_check_approval_urgent_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_check_approval_decided_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_check_approval_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_approval")),
        sa.UniqueConstraint("inspection_id", name=op.f("uq_check_approval_inspection_id")),
    )
    op.create_table(
        "scan_made_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=400), nullable=False),
        sa.Column("matches", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_scan_made_up_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_scan_made_up_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_made_up")),
    )
    with op.batch_alter_table("scan_made_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_made_up_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("span", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_evidence_added_by_id_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_evidence_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "offsite_draft",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_offsite_draft_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["user.id"], name=op.f("fk_offsite_draft_saved_by_id_user")),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_offsite_draft")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "objection_raised", "objection_answered", name="objectionstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("by_phone", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_objection_answered_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_objection_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "pickup_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_pickup_try_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_try")),
    )
    with op.batch_alter_table("pickup_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pickup_try_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "reschedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_reschedule_by_id_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_reschedule_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reschedule")),
    )
    with op.batch_alter_table("reschedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reschedule_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "visit_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_visit_rating_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_rating")),
    )
    with op.batch_alter_table("visit_rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_rating_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "visit_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_visit_step_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_visit_step_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_step")),
    )
    with op.batch_alter_table("visit_step", schema=None) as batch_op:
        batch_op.create_index("ix_visit_step_inspection_at", ["inspection_id", "at"], unique=False)

    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.alter_column(
            "media_type",
            existing_type=sa.String(length=40),
            type_=sa.String(length=80),
            existing_nullable=False,
        )

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_draw", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("source", sa.String(length=30), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("source_reason", sa.String(length=500), nullable=False, server_default="")
        )

    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("off_site", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("origin_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("planned_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("over_cap_reason", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("visit_token", sa.String(length=43), nullable=True))
        batch_op.add_column(sa.Column("pickup_code", sa.String(length=8), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sent_back_points", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.create_foreign_key(
            batch_op.f("fk_inspection_origin_id_inspection"), "inspection", ["origin_id"], ["id"]
        )
    _give_codes()
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.alter_column("visit_token", existing_type=sa.String(length=43), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_inspection_visit_token"), ["visit_token"])

    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("photo_sha256", sa.String(length=64), nullable=False, server_default="")
        )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_as", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("adopted_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_submission_adopted_by_id_user"), "user", ["adopted_by_id"], ["id"]
        )


def _give_codes() -> None:
    """Visits made before get their two codes, each from the system's generator (as sjj.inspections.visit_codes)."""
    visits = sa.table("inspection", sa.column("id"), sa.column("visit_token"), sa.column("pickup_code"))
    bind = op.get_bind()
    for (number,) in bind.execute(sa.select(visits.c.id)).all():
        code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        bind.execute(
            sa.update(visits)
            .where(visits.c.id == number)
            .values(visit_token=secrets.token_urlsafe(32), pickup_code=code)
        )


def downgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_submission_adopted_by_id_user"), type_="foreignkey")
        batch_op.drop_column("adopted_by_id")
        batch_op.drop_column("adopted_at")
        batch_op.drop_column("settled_as")

    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.drop_column("photo_sha256")

    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_inspection_origin_id_inspection"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_inspection_visit_token"), type_="unique")
        batch_op.drop_column("sent_back_points")
        batch_op.drop_column("pickup_code")
        batch_op.drop_column("visit_token")
        batch_op.drop_column("over_cap_reason")
        batch_op.drop_column("planned_on")
        batch_op.drop_column("origin_id")
        batch_op.drop_column("off_site")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("source_reason")
        batch_op.drop_column("source")
        batch_op.drop_column("by_draw")

    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.alter_column(
            "media_type",
            existing_type=sa.String(length=80),
            type_=sa.String(length=40),
            existing_nullable=False,
        )

    with op.batch_alter_table("visit_step", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_step_inspection_at")

    op.drop_table("visit_step")
    with op.batch_alter_table("visit_rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_rating_inspection_id"))

    op.drop_table("visit_rating")
    with op.batch_alter_table("reschedule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reschedule_inspection_id"))

    op.drop_table("reschedule")
    with op.batch_alter_table("pickup_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pickup_try_inspection_id"))

    op.drop_table("pickup_try")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_inspection_id"))

    op.drop_table("objection")
    op.drop_table("offsite_draft")
    with op.batch_alter_table("scan_made_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_made_up_inspection_id"))

    op.drop_table("scan_made_up")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_inspection_id"))

    op.drop_table("evidence")
    op.drop_table("check_approval")
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phrase_agency_id"))

    op.drop_table("phrase")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_id")

    op.drop_table("job")
