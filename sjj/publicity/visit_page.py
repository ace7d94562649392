"""The enterprise's own page of a visit: what it may know of who is here, why, and on what basis. Reads only.

Whoever holds the address was given it by the officers or reads it on the notice: it leads to this one visit and nowhere
else, least of all to the code at the gate, which proves that somebody stood there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from sjj.database import db
from sjj.draws.changes_queries import full_receipt
from sjj.files.models import StoredFile
from sjj.inspections.certificate_queries import Certificate, certificates_of
from sjj.inspections.field_queries import plan_of
from sjj.inspections.form_plan import FormPlan
from sjj.inspections.models import Inspection, Submission, SubmissionFile
from sjj.inspections.paper_before import before_fields
from sjj.inspections.paper_data import common, has_order
from sjj.inspections.paper_kinds import OF_A_VISIT, OF_OFF_SITE, PaperKind
from sjj.inspections.paper_pictures import Pictures
from sjj.inspections.visit_codes import new_token
from sjj.inspections.visit_models import CheckApproval
from sjj.inspections.visit_phase import Phase, arrivals_at, phase_of
from sjj.publicity.explain import Standing, standing_of_visit
from sjj.publicity.models import Notice
from sjj.rules.lifecycle import ApprovalState
from sjj.rules.receipts import LineExplanation, explain_line
from sjj.web import today

TOKEN_LENGTH = len(new_token())
NEEDED = 2  # 不得少于两人
PICKED_UP = (PaperKind.RECORD, PaperKind.OFFSITE, PaperKind.RESULT, PaperKind.ORDER)


@dataclass(frozen=True, slots=True)
class VisitShown:
    """Everything that the page says of a visit."""

    inspection: Inspection
    phase: Phase
    arrived: datetime | None
    day: date  # on which certificates are judged: of the visit once it is over
    team: list[Certificate]
    told: Mapping[str, Any]  # what the notice says
    plan: FormPlan
    approval: str
    draw_can_be_checked: bool
    notice: Notice | None

    @property
    def too_few(self) -> bool:
        """Whether fewer than two of them may inspect."""
        return sum(one.is_valid for one in self.team) < NEEDED


def visit_of_token(token: str) -> Inspection | None:
    """The visit whose page this is."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    return db.session.scalar(select(Inspection).where(Inspection.visit_token == token))


def visit_shown(inspection: Inspection, now: datetime) -> VisitShown:
    """What the page says at this moment."""
    arrived = arrivals_at([inspection.id]).get(inspection.id)
    day = inspection.ended_on or today(now)
    plan = plan_of(inspection)
    return VisitShown(
        inspection=inspection,
        phase=phase_of(inspection, arrived, today(now)),
        arrived=arrived,
        day=day,
        team=certificates_of(inspection, day),
        told=_told(inspection, day),
        plan=plan,
        approval=_approval(inspection),
        draw_can_be_checked=standing_of_visit(inspection) is not None,
        notice=_live_notice(inspection),
    )


def _told(inspection: Inspection, day: date) -> dict[str, Any]:
    """What the notice tells, also of a check that nobody comes for and that has no notice."""
    return common(inspection, PaperKind.NOTICE, Pictures(), "", "") | before_fields(inspection, day)


def _approval(inspection: Inspection) -> str:
    query = select(CheckApproval).where(CheckApproval.inspection_id == inspection.id)
    found = db.session.scalar(query)
    if found is None:
        return ""
    if found.state is ApprovalState.APPROVED:
        return "已经本机关负责人批准"
    if found.urgent:
        return "紧急检查，先行检查，检查后补办审批"
    return ("还没有批准" if found.state is ApprovalState.ASKED else "没有批准") + "，可以拨打监督电话核实"


def _live_notice(inspection: Inspection) -> Notice | None:
    query = select(Notice).where(
        Notice.live_inspection_id == inspection.id, Notice.agency_id == inspection.agency_id
    )
    return db.session.scalar(query)


def why(inspection: Inspection) -> tuple[Standing, LineExplanation] | None:
    """Why this enterprise was drawn, with its own figures; None where there was no draw to explain."""
    standing = standing_of_visit(inspection)
    if standing is None:
        return None
    return standing, explain_line(full_receipt(standing.draw), standing.code)


def papers_to_pick_up(inspection: Inspection) -> list[PaperKind]:
    """The papers of a recorded visit that are its enterprise's."""
    kinds = OF_OFF_SITE if inspection.off_site else OF_A_VISIT
    ordered = has_order(inspection)
    return [kind for kind in PICKED_UP if kind in kinds and (kind is not PaperKind.ORDER or ordered)]


def picture_of_record(inspection: Inspection, sha256: str) -> StoredFile | None:
    """A picture that the record which counts names."""
    query = (
        select(SubmissionFile.sha256)
        .join(Submission)
        .where(
            Submission.uid == inspection.revision,
            Submission.inspection_id == inspection.id,
            SubmissionFile.sha256 == sha256,
        )
    )
    return db.session.get(StoredFile, sha256) if db.session.scalar(query) is not None else None
