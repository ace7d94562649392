"""What each paper of a visit says, as plain data: the same for the PDF and for .docx (paper_fields names it all).

It gathers and words; it neither lays out nor decides who may have a paper.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sjj.inspections.form_plan import FormPlan
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.offsite_paper import offsite_fields
from sjj.inspections.paper_before import approval_fields, before_fields, notice_fields, urgent_marks
from sjj.inspections.paper_kinds import OF_A_VISIT, OF_OFF_SITE, PaperKind
from sjj.inspections.paper_pictures import Pictures
from sjj.inspections.paper_queries import notice_number, record_of
from sjj.inspections.paper_record import (
    answers_blank,
    problem_rows,
    proof,
    record_fields,
)
from sjj.inspections.paper_texts import lines_of, texts_of
from sjj.inspections.reading import Record
from sjj.inspections.visit_codes import in_groups
from sjj.presentation import day, moment
from sjj.rules.lifecycle import ResultState
from sjj.rules.results import ORDERED
from sjj.web import today

UNCHECKED = (ResultState.AWAITING_REVIEW, ResultState.SENT_BACK)


class NoSuchPaper(Exception):
    """The visit has no such paper (yet)."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to be made: its data, its pictures, and the moment that it is dated."""

    kind: PaperKind
    inspection: Inspection
    data: dict[str, Any]
    pictures: Pictures
    at: datetime


def paper(inspection: Inspection, kind: PaperKind, plan: FormPlan, address: str, now: datetime) -> Paper:
    """One paper of a visit; `address` is where anybody can check it. Raises NoSuchPaper."""
    said = record_of(inspection) if kind is not PaperKind.BLANK else None
    if kind not in (OF_OFF_SITE if inspection.off_site else OF_A_VISIT) or (
        kind.needs_record and said is None
    ):
        raise NoSuchPaper
    pictures = Pictures()
    written = today(said.ended_at or said.submission.received_at) if said else today(now)
    data = common(inspection, kind, pictures, address, "" if kind is PaperKind.BLANK else day(written))
    data["team"] = team_of(inspection, said)
    data["marks"] = _marks(inspection, said)
    data |= _own_fields(inspection, kind, plan, said, pictures, written)
    return Paper(kind, inspection, data, pictures, said.submission.received_at if said else begun(inspection))


def _own_fields(
    inspection: Inspection,
    kind: PaperKind,
    plan: FormPlan,
    said: Record | None,
    pictures: Pictures,
    written: date,
) -> dict[str, Any]:
    if kind is PaperKind.APPROVAL:
        marks = {"marks": [*_marks(inspection, said), *urgent_marks(inspection, said)]}
        return before_fields(inspection, written) | approval_fields(inspection, written) | marks
    if kind is PaperKind.NOTICE:
        return before_fields(inspection, written) | notice_fields(said) | _pickup(inspection)
    if kind is PaperKind.BLANK or said is None:
        return {"parts": answers_blank(plan)}
    if kind is PaperKind.RECORD:
        return record_fields(inspection, said, pictures)
    if kind is PaperKind.OFFSITE:
        return offsite_fields(said, pictures)
    if kind is PaperKind.RESULT:
        return _result(inspection, said) | _pickup(inspection)
    return _order(said)


def common(
    inspection: Inspection, kind: PaperKind, pictures: Pictures, address: str, written: str
) -> dict[str, Any]:
    """What stands on every paper, and the fixed words of this one."""
    entity, campaign, agency = inspection.entity, inspection.campaign, inspection.agency
    texts: dict[str, Any] = dict(texts_of(agency.id, kind))
    for many in ("rights", "bans"):
        if many in texts:
            texts[many] = lines_of(texts[many])
    return {
        "agency": agency.name,
        "number": notice_number(inspection),
        "entity": entity.name,
        "code": entity.code,
        "representative": entity.legal_representative,
        "address": entity.address,
        "campaign": campaign.name,
        "campaign_no": campaign.number,
        "check_type": campaign.check_type,
        "method": campaign.method,
        "draw_no": inspection.draw.draw_no if inspection.draw else "",
        "team": team_of(inspection, None),
        "agency_phone": agency.phone,
        "supervision_phone": agency.supervision_phone,
        "day": written,
        "marks": [],
        "url": address,
        "qr": pictures.take_code(address),
        **texts,
    }


def team_of(inspection: Inspection, said: Record | None) -> list[dict[str, str]]:
    """The officers of the team: as it is, or as it was when the record came in."""
    return [
        {"name": member.officer.name, "certificate": member.officer.certificate_no or "未登记"}
        for member in inspection.team
        if _belongs(member, said)
    ]


def _belongs(member: TeamMember, said: Record | None) -> bool:
    if member.left_at is None:
        return True
    return said is not None and member.left_at > said.submission.received_at


def begun(inspection: Inspection) -> datetime:
    """When the visit became one: its draw, or its campaign's approval."""
    campaign = inspection.campaign
    drawn = inspection.draw.drawn_at if inspection.draw else None
    return drawn or campaign.approved_at or campaign.created_at


def _marks(inspection: Inspection, said: Record | None) -> list[str]:
    marks = []
    if inspection.standing is ResultState.WITHDRAWN:
        marks.append(f"本次检查已撤回：{inspection.why_withdrawn or '未写明原因'}。")
    if said is not None and said.submission.source == "desk":
        marks.append("本笔录由纸质记录补录，签名见所附扫描件。")
    if said is not None and any(not one.is_bound for one in said.signatures if one.image):
        marks.append("有签名所签的内容与本记录不一致，见签名栏。")
    return marks


def _pickup(inspection: Inspection) -> dict[str, str]:
    """What opens the record to the enterprise, on the papers that are handed to it."""
    return {"pickup_code": in_groups(inspection.pickup_code)}


def _result(inspection: Inspection, said: Record) -> dict[str, Any]:
    texts = {"result": inspection.result or "待确定"}
    if inspection.standing in UNCHECKED:
        texts["result"] += "（待本机关审核确认）"
    return {
        "ended": moment(said.ended_at),
        **texts,
        "results": [
            {"item": row.item.name, "result": row.result, "note": row.note} for row in inspection.results
        ],
        "problems": problem_rows(said.problems),
        **proof(said),
    }


def _order(said: Record) -> dict[str, Any]:
    ordered = [one for one in said.problems if one.kind == ORDERED]
    if not ordered:
        raise NoSuchPaper
    return {"ended": moment(said.ended_at), "problems": problem_rows(ordered), **proof(said)}


def has_order(inspection: Inspection) -> bool:
    """Whether the current record orders something to be put right."""
    said = record_of(inspection)
    return said is not None and any(one.kind == ORDERED for one in said.problems)
